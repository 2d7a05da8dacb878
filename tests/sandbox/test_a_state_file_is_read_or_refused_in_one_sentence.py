"""A state file of another version, of something else, or in use is refused plainly; the file stays as it was."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.running import ROOT, running_sandbox
from tests.sandbox.scenes import START, Account


def refusal(state: Path) -> str:
    words = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(state)]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def written(state: Path, *statements: str) -> Path:
    with running_sandbox(state, clock=START):
        pass
    db = sqlite3.connect(state)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    return state


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM meta WHERE key = 'schema'", "an older version of the sandbox (schema 1"),
        ("UPDATE meta SET value = '999' WHERE key = 'schema'", "a newer version of the sandbox (schema 999"),
    ],
)
def test_a_file_of_another_version_says_which(tmp_path: Path, statement: str, words: str) -> None:
    state = written(tmp_path / "state.sqlite", statement)
    before = state.read_bytes()
    assert words in refusal(state)
    assert state.read_bytes() == before


def test_something_else_is_no_state_file(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader, " * 200)
    assert "is not a state file of a sandbox" in refusal(letter)
    other = tmp_path / "other.sqlite"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE songs (name TEXT)")
    db.close()
    assert "it has other tables" in refusal(other)
    assert "cannot be opened" in refusal(tmp_path / "nowhere" / "state.sqlite")


def test_a_file_in_use_has_one_owner(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with running_sandbox(state, clock=START) as url:
        assert "is in use by another sandbox" in refusal(state)
        assert Account.at(url).customer(None).id


def test_a_reset_gives_the_space_back(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with running_sandbox(state, clock=START) as url:
        account = Account.at(url)
        for number in range(60):
            account.customer(None, description="x" * 5000, name=str(number))
        account.control("reset", {"clock": START})
        journal = state.with_name(state.name + "-wal")
        assert state.stat().st_size < 300_000
        assert journal.stat().st_size == 0
        assert account.customer(None).id
