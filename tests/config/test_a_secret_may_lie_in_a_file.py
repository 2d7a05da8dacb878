"""Docker and Kubernetes hand secrets over as files; one that cannot be read must stop the start, by its name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

NAME = "COUNTINGHOUSE_TEST_SECRET"
NOBODY = 65534


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that NAME_FILE names."""
    path = tmp_path / "secret"
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    return path


@pytest.mark.parametrize(
    "content", ["whsec_abc", "whsec_abc\n", "whsec_abc\r\n", "  whsec_abc  ", "\n\nwhsec_abc\n", "\twhsec_abc"]
)
def test_white_space_around_it_is_dropped(file: Path, content: str):
    file.write_bytes(content.encode())
    assert env.text(NAME) == "whsec_abc"


def test_white_space_inside_stays(file: Path):
    file.write_text("two words\nand a line\n")
    assert env.text(NAME) == "two words\nand a line"


def test_the_file_wins_over_the_variable(file: Path, monkeypatch: pytest.MonkeyPatch):
    file.write_text("from the file")
    monkeypatch.setenv(NAME, "from the variable")
    assert env.text(NAME) == "from the file"


def test_an_empty_path_is_not_given(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(f"{NAME}_FILE", "")
    monkeypatch.setenv(NAME, "from the variable")
    assert env.text(NAME) == "from the variable"


@pytest.mark.parametrize(
    ("read", "content", "expected"),
    [
        (lambda: env.flag(NAME, True), "false\n", False),
        (lambda: env.integer(NAME, 1), "7\n", 7),
        (lambda: env.words(NAME), "whsec_new,\nwhsec_old\n", ["whsec_new", "whsec_old"]),
    ],
    ids=["flag", "integer", "words"],
)
def test_every_kind_of_value_may(file: Path, read, content: str, expected: object):
    file.write_text(content)
    assert read() == expected


@pytest.mark.parametrize("content", ["", "\n", "   "])
def test_an_empty_file_is_not_given(file: Path, content: str):
    file.write_text(content)
    assert env.text(NAME, "default") == "default"
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} is not set"):
        env.text(NAME)


def test_a_file_that_is_missing_stops_the_start(file: Path):
    with pytest.raises(ImproperlyConfigured) as refused:
        env.text(NAME, "a default does not help")
    assert str(refused.value) == f"{NAME}_FILE: cannot read {file}: No such file or directory"


def test_a_folder_in_its_place_stops_the_start(file: Path):
    file.mkdir()
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE: cannot read {file}: Is a directory"):
        env.text(NAME)


def test_a_file_of_somebody_else_stops_the_start(file: Path):
    file.write_text("secret")
    file.chmod(0)
    refusal = f"{NAME}_FILE: cannot read {file}: Permission denied"
    with as_anybody(), pytest.raises(ImproperlyConfigured, match=refusal):
        env.text(NAME)


@contextmanager
def as_anybody() -> Iterator[None]:
    """Root reads everything: for the block it is nobody."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_file_that_is_no_text_stops_the_start_and_is_not_shown(file: Path):
    file.write_bytes(b"secret \xff\xfe bytes")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.text(NAME)
    assert str(refused.value) == f"{NAME}_FILE: cannot read {file}: it is not text in UTF-8"


def test_it_is_read_again_each_time(file: Path):
    """A secret that was rotated is seen by the next process, not kept by a cache."""
    file.write_text("old")
    assert env.text(NAME) == "old"
    file.write_text("new")
    assert env.text(NAME) == "new"
