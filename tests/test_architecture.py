"""The rules that keep the design true, each in a file of its own in tests/architecture/.

This file keeps the list itself true: docs/architecture.md names every rule, and every rule that it names is tested.
"""

import re

from tests.architecture.sources import ROOT

FOLDER = ROOT / "tests" / "architecture"


def named_rules(text: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", text))


def test_the_page_and_the_folder_name_the_same_rules():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert named_rules(page) == {path.stem for path in FOLDER.glob("test_*.py")}


def test_each_rule_shows_that_it_catches_a_violation():
    """A check that cannot fail checks nothing: each file plants what it forbids, or compares with a fixed list."""
    toothless = [path.stem for path in FOLDER.glob("test_*.py") if not _has_teeth(path.read_text(encoding="utf-8"))]
    assert toothless == []


def _has_teeth(text: str) -> bool:
    return bool(re.search(r"def test_\w*(found|caught|seen|not_count)", text))


def test_a_rule_without_teeth_is_found():
    assert not _has_teeth("def test_it_holds():\n    assert True\n")
    assert named_rules("`test_one` and `two`") == {"test_one"}
