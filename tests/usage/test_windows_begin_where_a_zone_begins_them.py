"""Every inner cut is a midnight or a first of month by the zone's own clocks; no instant is in two windows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.domain.windows import HOUR, MAX_WINDOWS, Grain, TooManyWindows, Window, hour_after, hour_of, windows

STEADY = ["UTC", "Asia/Kathmandu", "Asia/Tokyo", "America/Phoenix", "Pacific/Kiritimati", "Asia/Kolkata"]
CHANGING = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/St_Johns"]  # never at midnight
START = datetime(2015, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 20 * 365 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))


def cut(start, length, grain, zone):
    return windows(start, start + length, grain=grain, zone=ZoneInfo(zone))


@given(INSTANTS, st.integers(1, 60), st.sampled_from(STEADY + CHANGING))
def test_days_begin_at_midnight(start, length, zone):
    for window in cut(start, timedelta(days=length), Grain.DAY, zone)[1:]:
        local = window.start.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute, local.second) == (0, 0, 0)


@given(INSTANTS, st.integers(1, 900), st.sampled_from(STEADY + CHANGING))
def test_months_begin_on_their_first(start, length, zone):
    found = cut(start, timedelta(days=length), Grain.MONTH, zone)
    for window in found[1:]:
        local = window.start.astimezone(ZoneInfo(zone))
        assert (local.day, local.hour, local.minute) == (1, 0, 0)
    assert length / 31 <= len(found) <= length / 28 + 2


@given(INSTANTS, st.integers(1, 100), st.sampled_from(STEADY))
def test_where_clocks_never_change_every_inner_hour_is_one(start, length, zone):
    found = cut(start, timedelta(hours=length), Grain.HOUR, zone)
    assert all(window.end - window.start == HOUR for window in found[1:-1])
    assert len(found) in (length, length + 1)


@given(INSTANTS, st.integers(1, 40), st.sampled_from(CHANGING))
def test_days_of_a_year_with_two_changes_have_23_to_25_hours(start, length, zone):
    hours = {(one.end - one.start) / HOUR for one in cut(start, timedelta(days=length), Grain.DAY, zone)[1:-1]}
    assert hours <= {23.0, 24.0, 25.0}


@given(INSTANTS, st.integers(1, 30), st.sampled_from(STEADY + CHANGING))
def test_coarser_cuts_are_among_the_finer(start, length, zone):
    span = timedelta(days=length)
    by_hour, by_day, by_month = ({one.start for one in cut(start, span, grain, zone)} for grain in Grain)
    assert by_month <= by_day <= by_hour


@pytest.mark.parametrize("grain", Grain)
def test_a_range_inside_one_window_is_one(grain):
    start = datetime(2026, 5, 4, 10, 15, tzinfo=UTC)
    assert windows(start, start + timedelta(minutes=5), grain=grain, zone=ZoneInfo("UTC")) == [
        Window(start, start + timedelta(minutes=5))
    ]


@pytest.mark.parametrize(("extra", "fits"), [(0, True), (1, False), (10**6, False)])
def test_the_limit_is_sharp_and_says_what_to_do(extra, fits):
    length = (MAX_WINDOWS + extra) * HOUR
    if fits:
        assert len(cut(START, length, Grain.HOUR, "UTC")) == MAX_WINDOWS
        return
    with pytest.raises(TooManyWindows, match="more than 1000 windows; choose a shorter one"):
        cut(START, length + HOUR, Grain.HOUR, "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-01T{text}+00:00")


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        ("10:00", "12:00", ("10:00", "12:00")),
        ("10:15", "12:45", ("11:00", "12:00")),
        ("10:15", "11:00", ("11:00", "11:00")),
        ("10:00", "10:59:59", ("10:59:59", "10:59:59")),
        ("10:15", "10:45", ("10:45", "10:45")),
        ("10:15", "11:45", ("11:45", "11:45")),
        ("10:00:00.000001", "12:00", ("11:00", "12:00")),
        ("10:00", "11:59:59.999999", ("10:00", "11:00")),
        ("10:00", "10:00", ("10:00", "10:00")),
    ],
)
def test_whole_hours_lie_inside(start, end, whole):
    """Where no hour does, what is left is empty and at the end: the cut hours are then read as one."""
    assert Window(at(start), at(end)).whole_hours() == Window(*map(at, whole))


@pytest.mark.parametrize(
    ("time", "before", "after"),
    [
        ("2026-03-01T10:00:00+00:00", "10:00", "10:00"),
        ("2026-03-01T10:00:00.000001+00:00", "10:00", "11:00"),
        ("2026-03-01T10:59:59.999999+00:00", "10:00", "11:00"),
        ("2026-03-01T16:10:00+05:45", "10:00", "11:00"),  # 10:25 in UTC
        ("2026-03-01T15:45:00+05:45", "10:00", "10:00"),
    ],
)
def test_hours_are_those_of_utc_whatever_the_offset(time, before, after):
    instant = datetime.fromisoformat(time)
    assert (hour_of(instant), hour_after(instant)) == (at(before), at(after))


def test_hours_before_the_epoch_are_hours_too():
    early = datetime(1969, 12, 31, 23, 30, tzinfo=UTC)
    assert (hour_of(early).hour, hour_after(early)) == (23, datetime(1970, 1, 1, tzinfo=UTC))
