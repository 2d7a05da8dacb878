"""At least 1.2 lines of test for each line of the product (docs/architecture.md)."""

import sys
from pathlib import Path

from tests.architecture.sources import PRODUCT, ROOT, python_files

LEAST = 1.2


def written_lines(paths: list[Path]) -> int:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for path in paths for line in path.read_text(encoding="utf-8").splitlines())


def test_there_is_enough(capsys):
    of_the_sandbox = ROOT / "tests" / "sandbox"
    tests = [path for path in python_files("tests") if of_the_sandbox not in path.parents]
    product, tested = written_lines(python_files(*PRODUCT)), written_lines(tests)
    with capsys.disabled():
        sys.stdout.write(f"\nproduct {product} lines, its tests {tested}: {tested / product:.2f} per line\n")
    assert tested / product >= LEAST


def test_blank_lines_do_not_count(tmp_path):
    (tmp_path / "planted.py").write_text("a = 1\n\n   \nb = 2\n", encoding="utf-8")
    assert written_lines([tmp_path / "planted.py"]) == 2
