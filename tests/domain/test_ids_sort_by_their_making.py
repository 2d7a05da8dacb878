"""Lists of the API are paged by id, and an id that a customer quotes says what it is of."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain import ids

moments = st.integers(min_value=0, max_value=(1 << 48) - 1)


@given(moments)
def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond(milliseconds: int) -> None:
    """RFC 9562, section 5.7."""
    made = ids.uuid7(milliseconds)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == milliseconds


@given(moments, moments)
def test_the_earlier_sorts_first_as_text_and_as_number(one: int, other: int) -> None:
    first, second = ids.uuid7(one), ids.uuid7(other)
    if one != other:
        assert (first < second) == (one < other)
        assert (first.hex < second.hex) == (one < other)


def test_without_a_moment_it_is_now() -> None:
    before = time.time_ns() // 1_000_000
    made = ids.uuid7().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_ids_of_one_millisecond_differ() -> None:
    assert len({ids.uuid7(0) for _ in range(2000)}) == 2000


@pytest.mark.parametrize("impossible", [-1, 1 << 48])
def test_a_moment_outside_of_48_bits_is_refused(impossible: int) -> None:
    with pytest.raises(ValueError, match="128-bit"):
        ids.uuid7(impossible)


@pytest.mark.parametrize(
    ("make", "prefix"),
    [
        (ids.new_organization_id, "org"),
        (ids.new_membership_id, "mem"),
        (ids.new_api_key_id, "key"),
        (ids.new_command_id, "cmd"),
        (ids.new_payment_id, "pay"),
    ],
)
def test_an_id_says_of_what_it_is(make: Callable[[], str], prefix: str) -> None:
    kind, _, rest = make().partition("_")
    assert kind == prefix
    assert len(rest) == 32
    assert set(rest) <= set("0123456789abcdef")
    assert make() != make()
