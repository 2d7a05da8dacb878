"""People copy lines from guides: quotes, comments and line ends must not become part of a secret."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.embedded import dotenv


@pytest.fixture
def read(tmp_path: Path):
    def reading(content: str) -> dict[str, str]:
        (tmp_path / ".env").write_bytes(content.encode())
        return dotenv.read(tmp_path / ".env")

    return reading


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=value", "value"),
        ("  NAME = value  ", "value"),
        ("export NAME=value", "value"),
        ("export   NAME=value", "value"),
        ("NAME=a=b", "a=b"),
        ("NAME=a#b", "a#b"),
        ("NAME=a #b", "a"),
        ("NAME=a\t# b", "a"),
        ("NAME='a # b'", "a # b"),
        ('NAME="a # b"', "a # b"),
        ('NAME="a" # why', "a"),
        ("NAME='a'   # why", "a"),
        ('NAME="a # b" # why', "a # b"),
        ('NAME="a" # say "b"', "a"),
        ("NAME='it''s'", "it''s"),
        ('NAME="it\'s"', "it's"),
        ("NAME='", "'"),
        ("NAME=\"a'", "\"a'"),
        ("NAME=$HOME/x", "$HOME/x"),
        ("NAME=`id`", "`id`"),
        ("NAME=\\n", "\\n"),
        ("NAME=ünï", "ünï"),
        ("NAME=postgres://a:p%23w@db/ch?sslmode=require", "postgres://a:p%23w@db/ch?sslmode=require"),
    ],
)
def test_a_value(read, line: str, value: str):
    assert read(line) == {"NAME": value}


@pytest.mark.parametrize(
    "line",
    [
        *("", "   ", "# NAME=value", "  # NAME=value", "NAME", "=value", "1NAME=value", "NA-ME=value", "NA ME=value"),
        *("NAME=", "NAME=   ", "NAME= # nothing", "NAME=''", 'NAME=""', "NAME='' # nothing"),
    ],
)
def test_no_value(read, line: str):
    assert read(line) == {}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_line_end(read, end: str):
    assert read(f"A=1{end}{end}B=two{end}") == {"A": "1", "B": "two"}


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_the_first_name(read):
    assert read("\ufeffA=1\nB=2") == {"A": "1", "B": "2"}


def test_the_last_of_one_name_counts(read):
    assert read("A=1\nA=2\n") == {"A": "2"}


def test_there_need_be_no_file(tmp_path: Path):
    assert dotenv.read(tmp_path / "none") == {}


@given(st.text(alphabet=st.characters(exclude_characters="\"'#", exclude_categories=("C", "Z")), min_size=1))
def test_what_has_neither_quotes_nor_spaces_is_the_same_in_every_way_of_writing(value: str):
    for written in (value, f"'{value}'", f'"{value}"', f" {value} # comment", f"'{value}' # comment"):
        [(name, found)] = [dotenv._LINE.fullmatch(f"NAME={written}").groups()]
        assert (name, dotenv._unquoted(found)) == ("NAME", value)
