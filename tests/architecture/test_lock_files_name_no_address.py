"""Whoever installs chooses where packages come from; the lock says which, by hash."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")


def faults(text: str) -> list[str]:
    """Lines with an address or an index option, and packages without a hash."""
    requirements = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE).strip())
    unhashed = [line.split()[0] for line in requirements if line.strip() and "--hash=sha256:" not in line]
    return [*re.findall(r".*(?:://|--(?:extra-)?index|--find-links|--trusted-host).*", text), *unhashed]


@pytest.mark.parametrize("name", LOCKS)
def test_they_hold_hashes_and_no_address(name):
    assert faults((ROOT / name).read_text(encoding="utf-8")) == []


def test_planted_faults_are_found(tmp_path):
    lock = Path(tmp_path / "requirements.txt")
    lock.write_text(
        "--index-url https://packages.example\nlocked==1 \\\n    --hash=sha256:aa\n    # via x\nopen==1\n",
        encoding="utf-8",
    )
    assert faults(lock.read_text(encoding="utf-8")) == [
        "--index-url https://packages.example",
        "--index-url",
        "open==1",
    ]
