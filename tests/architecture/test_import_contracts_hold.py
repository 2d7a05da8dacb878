"""The stack, the layers of each app, and who may import what: [tool.importlinter] in pyproject.toml."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import CODE, ROOT

LINTER = Path(sys.executable).with_name("lint-imports")

# A file that breaks a contract, and the line that the linter prints for it
PLANTED = {
    "audit/planted.py": ("import billing", "Apps form a stack"),
    "billing/utils.py": ("", "Layers of billing"),
    "usage/domain/planted.py": ("import usage.models", "Layers of usage"),
    "analytics/helpers.py": ("", "Layers of analytics"),
    "audit/misc.py": ("", "Layers of audit"),
    "billing/services/planted.py": ("import stripe", "Only the gateway imports stripe and djstripe"),
    "billing/domain/planted.py": ("import django.db", "Arithmetic and rules import no framework"),
    "sandbox/planted.py": ("import billing.models", "The sandbox imports nothing of the product"),
    "deploy/planted.py": ("import sandbox", "The product imports nothing of the sandbox"),
    "deploy/embedded/planted.py": ("import django", "What starts PostgreSQL needs no Django"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_they_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(folder, name).is_file() and not name.endswith(".py")]


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """What the linter says of a copy of the code with every violation planted."""
    folder = tmp_path_factory.mktemp("copy")
    for package in CODE:
        shutil.copytree(ROOT / package, folder / package, ignore=_all_but_python)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path, (line, _) in PLANTED.items():
        (folder / path).write_text(line + "\n", encoding="utf-8")
    return lint(folder).stdout


@pytest.mark.parametrize("contract", sorted({contract for _, contract in PLANTED.values()}))
def test_a_planted_violation_is_caught(broken, contract):
    assert [line for line in broken.splitlines() if line.startswith(contract) and "BROKEN" in line], broken


def test_a_planted_cycle_is_caught(tmp_path):
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "__init__.py").touch()
    (tmp_path / "sandbox" / "one.py").write_text("import sandbox.two\n", encoding="utf-8")
    (tmp_path / "sandbox" / "two.py").write_text("import sandbox.one\n", encoding="utf-8")
    (tmp_path / ".importlinter").write_text(
        "[importlinter]\nroot_package = sandbox\n"
        "[importlinter:contract:cycles]\nname = Cycles\ntype = acyclic_siblings\nancestors = sandbox\n",
        encoding="utf-8",
    )
    assert "Cycles BROKEN" in lint(tmp_path).stdout
