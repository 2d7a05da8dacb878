"""Tell whether a process is the one we started, and not a later one that was given its number."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def started(pid: int) -> str | None:
    """When the process was started, in the kernel's own words; None where it is gone or a zombie.

    Number and start together name one process for ever (until the machine restarts, which the words of
    /proc include: clock ticks since boot, joined with the boot's id).
    """
    if not PROC.is_dir():
        return _started_by_ps(pid)
    try:
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return None if fields[0] in "ZX" else f"{boot} {fields[19]}"


def _started_by_ps(pid: int) -> str | None:
    command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def working_in(folder: Path) -> Iterator[int]:
    """Living processes whose working folder is this one. PostgreSQL works in its data folder, all its life."""
    if not PROC.is_dir() or not folder.exists():
        return
    wanted = folder.stat()
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            found = (entry / "cwd").stat()
        except OSError:
            continue  # gone, a zombie, or another account's: it could not be in a folder of ours
        if os.path.samestat(found, wanted):
            yield int(entry.name)
