"""Names that say nothing attract everything; layers and folders name the concept instead."""

from pathlib import Path

from tests.architecture.sources import CODE, ROOT, python_files

DRAWERS = {"util", "utils", "helper", "helpers", "misc", "common", "manager", "managers", "shared", "lib"}


def drawers(root: Path) -> list[str]:
    paths = [path.relative_to(root) for path in python_files(*CODE, "tests", "bench", root=root)]
    return [str(path) for path in paths if DRAWERS & {*path.parts[:-1], path.stem}]


def test_there_is_none():
    assert drawers(ROOT) == []


def test_a_planted_one_is_found(tmp_path):
    for name in ("billing/utils.py", "usage/common/rates.py", "audit/record.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert drawers(tmp_path) == ["usage/common/rates.py", "billing/utils.py"]
