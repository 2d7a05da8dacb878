"""A wrong value must stop the start with its name and what to write: a guess would run with somebody's money."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config import env

NAME = "COUNTINGHOUSE_TEST_VARIABLE"


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


@pytest.fixture
def given_as(monkeypatch: pytest.MonkeyPatch):
    return lambda value: monkeypatch.setenv(NAME, value)


def refused(read, *arguments: object, **options: object) -> str:
    with pytest.raises(ImproperlyConfigured) as error:
        read(NAME, *arguments, **options)
    return str(error.value)


class TestText:
    @pytest.mark.parametrize("value", ["x", " spaces stay ", "a=b,c", "ünï", "0", "false", "a\nb"])
    def test_it_is_the_value_as_it_stands(self, given_as, value: str):
        given_as(value)
        assert env.text(NAME) == env.text(NAME, "default") == value

    def test_without_one_the_default(self):
        assert env.text(NAME, "default") == "default"
        assert env.text(NAME, "") == ""

    def test_an_empty_one_is_not_given(self, given_as):
        """As `.env.example` promises: its lines without a value may be copied as they are."""
        given_as("")
        assert env.text(NAME, "default") == "default"

    @pytest.mark.parametrize("value", [None, ""])
    def test_a_required_one_stops_the_start(self, given_as, value: str | None):
        if value is not None:
            given_as(value)
        assert refused(env.text) == f"{NAME} is not set. See .env.example for what it means."


class TestFlag:
    @pytest.mark.parametrize("value", ["1", "true", "True", "TRUE", "yes", "on", "y", " true "])
    def test_on(self, given_as, value: str):
        given_as(value)
        assert env.flag(NAME, False) is True

    @pytest.mark.parametrize("value", ["0", "false", "False", "FALSE", "no", "off", "n", " false\n"])
    def test_off(self, given_as, value: str):
        given_as(value)
        assert env.flag(NAME, True) is False

    @pytest.mark.parametrize("default", [True, False])
    @pytest.mark.parametrize("value", [None, ""])
    def test_not_given_it_is_the_default(self, given_as, default: bool, value: str | None):
        if value is not None:
            given_as(value)
        assert env.flag(NAME, default) is default

    @pytest.mark.parametrize("value", ["2", "-1", "maybe", "tru", " ", "nope", "1.0", "yes please"])
    def test_what_is_neither_stops_the_start(self, given_as, value: str):
        given_as(value)
        assert refused(env.flag, False) == f"{NAME} is {value.strip()!r}; write true or false."


class TestInteger:
    @pytest.mark.parametrize(("value", "number"), [("0", 0), ("600", 600), (" 7 ", 7), ("1_000", 1000), ("+5", 5)])
    def test_a_whole_number(self, given_as, value: str, number: int):
        given_as(value)
        assert env.integer(NAME, 1) == number

    @pytest.mark.parametrize("value", [None, ""])
    def test_not_given_it_is_the_default(self, given_as, value: str | None):
        if value is not None:
            given_as(value)
        assert env.integer(NAME, 42) == 42

    @pytest.mark.parametrize("value", ["ten", "1.5", "1e3", "0x10", "5s", "1,000", "--1", "½"])
    def test_what_is_none_stops_the_start(self, given_as, value: str):
        given_as(value)
        assert refused(env.integer, 1) == f"{NAME} is {value!r}; write a whole number."

    @pytest.mark.parametrize(("value", "minimum"), [("-1", 0), ("0", 1), ("4", 5), ("-1000000", 0)])
    def test_one_that_is_too_small_stops_the_start(self, given_as, value: str, minimum: int):
        given_as(value)
        assert refused(env.integer, 10, minimum=minimum) == f"{NAME} is {value}; the least is {minimum}."

    @given(number=st.integers(min_value=0, max_value=10**12), minimum=st.integers(min_value=0, max_value=10**12))
    def test_the_least_itself_is_taken_and_nothing_below(self, number: int, minimum: int):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(NAME, str(number))
            if number < minimum:
                with pytest.raises(ImproperlyConfigured, match="the least is"):
                    env.integer(NAME, minimum, minimum=minimum)
            else:
                assert env.integer(NAME, minimum, minimum=minimum) == number


class TestWords:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("a", ["a"]),
            ("a,b", ["a", "b"]),
            (" a , b ", ["a", "b"]),
            (",a,,b,", ["a", "b"]),
            (" , ,", []),
            ("a b", ["a b"]),
            ("a\n,b\n", ["a", "b"]),
            ("a,a", ["a", "a"]),
        ],
    )
    def test_a_list_by_commas_without_empty_ones(self, given_as, value: str, expected: list[str]):
        given_as(value)
        assert env.words(NAME) == expected

    @pytest.mark.parametrize("value", [None, ""])
    def test_not_given_it_is_the_default(self, given_as, value: str | None):
        if value is not None:
            given_as(value)
        assert env.words(NAME) == []
        assert env.words(NAME, "localhost, 127.0.0.1") == ["localhost", "127.0.0.1"]

    @given(st.lists(st.text(alphabet="abc-_. 1", min_size=1).map(str.strip).filter(bool)))
    def test_what_was_joined_comes_apart_again(self, words: list[str]):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(NAME, " , ".join(words))
            assert env.words(NAME) == words


def test_a_variable_is_read_when_it_is_asked_for(given_as):
    given_as("first")
    assert env.text(NAME) == "first"
    given_as("second")
    assert env.text(NAME) == "second"


class TestAmounts:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("usd:5000", {"usd": 5000}),
            ("usd:5000,eur:0", {"usd": 5000, "eur": 0}),
            (" USD : 5000 , jpy:1 ,", {"usd": 5000, "jpy": 1}),
        ],
    )
    def test_minor_units_by_currency(self, given_as, value: str, expected: dict[str, int]):
        given_as(value)
        assert env.amounts(NAME, "") == expected

    def test_without_one_the_default(self):
        assert env.amounts(NAME, "usd:1") == {"usd": 1}

    @pytest.mark.parametrize(
        "value",
        [
            "5000",
            "usd",
            "usd:",
            "usd:-1",
            "usd:50.00",
            "usd:5k",
            "dollar:5",
            "us1:5",
            "usd:1,usd:2",
            "usd:1:2",
            "usd:²",
        ],
    )
    def test_anything_else_stops_the_start(self, given_as, value: str):
        given_as(value)
        assert "minor units" in refused(env.amounts, "")
