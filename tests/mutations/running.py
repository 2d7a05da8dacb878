"""Take one guard away in a copy of the tree, and see whether its tests notice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.environment import BASE
from tests.mutations.table import Mutation

RED = 1
"""pytest's exit status where tests failed; other ones say that they did not run."""


def copy_of_the_tree(folder: Path) -> Path:
    """All files that git knows or would take in."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (BASE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(BASE / name, folder / name)
    return folder


def run_tests(tree: Path, home: Path, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """On a server of the run's own: its template differs from that of whoever started it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTINGHOUSE_", "PYTEST"))}
    environment = {**inherited, "COUNTINGHOUSE_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:xdist", *arguments]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def applied(mutation: Mutation, tree: Path) -> str:
    """Change the copy; returns the file's text before. Raises ValueError where the guard is not there once."""
    path = tree / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.file} has {text.count(mutation.old)} times: {mutation.old}")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    return text


def survives(mutation: Mutation, tree: Path, home: Path) -> str:
    """Why the mutation was not noticed, empty where its tests went red."""
    before = applied(mutation, tree)
    try:
        done = run_tests(tree, home, mutation.tests)
    finally:
        (tree / mutation.file).write_text(before, encoding="utf-8")
    if done.returncode == RED:
        return ""
    return f"exit status {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
