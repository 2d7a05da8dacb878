"""Configuration enters by config/env.py alone; the launcher, which starts before settings exist, has its own."""

import ast
from pathlib import Path

from tests.architecture.sources import APPS, ROOT, parsed, python_files

READER = ROOT / "config" / "env.py"


def reads(path: Path) -> list[str]:
    """Where a module reads os.environ; setting a default for Django's start does not count."""
    return [f"{path.name}:{node.lineno}" for node in ast.walk(parsed(path)) if _is_read(node)]


def _is_read(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return _is_environ(node.value) and isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "getenv":
            return True
        return _is_environ(node.func.value) and node.func.attr != "setdefault"
    return False


def _is_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def test_nothing_else_does():
    paths = [path for path in python_files("config", *APPS) if path != READER]
    assert [place for path in paths for place in reads(path)] == []


def test_the_reader_itself_is_seen_and_planted_reads_too(tmp_path):
    assert reads(READER)
    planted = tmp_path / "planted.py"
    planted.write_text(
        "import os\nos.environ['A']\nos.environ.get('A')\nos.getenv('A')\nos.environ.setdefault('A', 'b')\n",
        encoding="utf-8",
    )
    assert reads(planted) == ["planted.py:2", "planted.py:3", "planted.py:4"]
