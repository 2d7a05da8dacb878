"""An entry that nobody can read is no record."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from audit.actions import action_named, all_actions
from audit.models import AuditEntry
from tests.architecture.sources import APPS, parsed, python_files


def written_actions(paths: list[Path]) -> dict[str, str]:
    """The actions named in calls of `record(...)` and `Entry(...)`, and where."""
    return {
        node.args[0].value: f"{path}:{node.lineno}"
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and _name(node.func) in ("record", "Entry") and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.parametrize("name", sorted(all_actions()))
def test_each_registered_one_has_both(name):
    action = action_named(name)
    fields = [field for _, field, _, _ in Formatter().parse(action.sentence) if field]
    sentence = action.format(AuditEntry(target_id="X", reason="X", before={}, after=dict.fromkeys(fields, "X")))
    assert action.label[0].isupper()
    assert sentence[0].isupper()
    assert "{" not in sentence


def test_each_one_that_is_written_is_registered():
    unknown = {name: place for name, place in written_actions(python_files(*APPS)).items() if name not in all_actions()}
    assert unknown == {}


def test_what_is_written_is_found(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(
        "record('a.b', target=x)\naudit.record('c.d')\nEntry('e.f', t)\nother('g.h')\n", encoding="utf-8"
    )
    assert set(written_actions([planted])) == {"a.b", "c.d", "e.f"}
