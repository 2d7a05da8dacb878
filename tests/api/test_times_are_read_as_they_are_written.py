"""Times of requests: RFC 3339 in every lawful spelling, days as their beginning or their end, nothing guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from billing.api.problem import Problem
from billing.api.times import end_parameter, instant_parameter

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
DAY = datetime(2026, 1, 31, tzinfo=UTC)


def asked(**query: str) -> Request:
    return Request(APIRequestFactory().get("/", query))


def both(text: str) -> tuple[datetime | None, datetime | None]:
    """As the beginning and as the end of a range."""
    return instant_parameter(asked(at=text), "at"), end_parameter(asked(at=text), "at")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00+00:00",
        "2026-01-31T12:00:00-00:00",
        "2026-01-31T13:00:00+01:00",
        "2026-01-31T17:45:00+05:45",
        "2026-01-31T00:00:00-12:00",
        "2026-01-31T12:00:00.000000Z",
        "2026-01-31T12:00:00",  # without an offset: UTC
        "2026-01-31T12:00Z",
        "2026-01-31t12:00:00Z",  # RFC 3339, section 5.6: the T may be small
        "2026-01-31 12:00:00Z",  # and a blank may stand for the T
        "2026-01-31T13:00:00 01:00",  # a plus that was not encoded
    ],
)
def test_a_time_is_the_same_instant_at_either_end(text):
    assert both(text) == (NOON, NOON)


@pytest.mark.parametrize("text", ["2026-01-31", "20260131", "2026-W05-6"])
def test_a_day_begins_or_ends_a_range(text):
    assert both(text) == (DAY, DAY + timedelta(days=1))


def test_what_is_not_given_is_not_asked_for():
    assert instant_parameter(asked(), "at") is end_parameter(asked(), "at") is None
    assert both("") == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "today",
        "2026",
        "2026-01",
        "2026-02-29",
        "2026-00-10",
        "2026-13-01",
        "2026-01-31T24:30:00Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:61Z",
        "2026-01-31T12:00:00+25:00",
        "2026-01-31T12:00:00Europe/Berlin",
        "31.01.2026",
        "01/31/2026",
        "1769860800",
        "2026-01-31T",
        "0001-01-01",
        "9999-12-31",
        "9999-12-31T23:59:59Z",
        "10000-01-01",
        "\x00",
        "2026-01-31\x00",
    ],
)
def test_anything_else_is_refused_with_two_examples(text):
    for read in (instant_parameter, end_parameter):
        with pytest.raises(Problem) as refused:
            read(asked(since=text), "since")
        assert (refused.value.code, refused.value.status_code) == ("invalid_time", 400)
        assert str(refused.value.detail) == "since must be a day (2026-01-31) or a time (2026-01-31T12:00:00Z)."


INSTANTS = st.integers(0, 9996 * 365 * 86_400).map(
    lambda seconds: datetime(2, 1, 2, tzinfo=UTC) + timedelta(0, seconds)
)


@given(INSTANTS)
def test_what_we_write_we_read(instant):
    for text in (instant.isoformat(), instant.isoformat().replace("+00:00", "Z")):
        assert both(text) == (instant, instant)


@given(INSTANTS, st.integers(-14 * 60, 14 * 60))
def test_the_offset_moves_the_clock_and_not_the_instant(instant, minutes):
    sign, ahead = "-" if minutes < 0 else "+", timedelta(minutes=minutes)
    local = (instant.replace(tzinfo=None) + ahead).isoformat()
    text = f"{local}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    if (instant + ahead).year not in (1, 9999):
        assert instant_parameter(asked(at=text), "at") == instant


@given(st.text(max_size=30))
def test_no_text_breaks_it(text):
    try:
        instant = instant_parameter(asked(at=text), "at")
    except Problem:
        return
    assert instant is None or instant.tzinfo is not None
