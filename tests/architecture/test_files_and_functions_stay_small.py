"""No file over 300 lines and no function over 40; medians at most 60 and 8 (docs/architecture.md)."""

import sys
from pathlib import Path
from statistics import median

from tests.architecture.sources import CODE, functions, python_files

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
MEDIAN_FILE, MEDIAN_FUNCTION = 60, 8


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_files(paths: list[Path]) -> list[str]:
    return [f"{path}: {lines(path)} lines" for path in paths if lines(path) > LONGEST_FILE]


def function_lengths(paths: list[Path]) -> dict[str, int]:
    """Lines from `def` to the last, docstring included, by place."""
    return {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in paths
        for node in functions(path)
    }


def long_functions(paths: list[Path]) -> list[str]:
    return [f"{place}: {length}" for place, length in function_lengths(paths).items() if length > LONGEST_FUNCTION]


def test_no_file_is_too_long():
    assert long_files(python_files(*CODE)) == []


def test_no_function_is_too_long():
    assert long_functions(python_files(*CODE)) == []


def test_the_middle_file_and_function_are_short(capsys):
    paths = python_files(*CODE)
    file_median = median(lines(path) for path in paths if lines(path))  # empty package files would flatter it
    function_median = median(function_lengths(paths).values())
    with capsys.disabled():
        sys.stdout.write(f"\n{len(paths)} files, median {file_median:.0f} lines; functions {function_median:.0f}\n")
    assert file_median <= MEDIAN_FILE
    assert function_median <= MEDIAN_FUNCTION


def test_what_is_too_long_is_found(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("def long():\n" + "    pass\n" * 40 + "\n" * 300, encoding="utf-8")
    assert long_files([planted]) == [f"{planted}: 341 lines"]
    assert long_functions([planted]) == [f"{planted}:1 long: 41"]
    planted.write_text("def fits():\n" + "    pass\n" * 39, encoding="utf-8")
    assert long_functions([planted]) == long_files([planted]) == []
