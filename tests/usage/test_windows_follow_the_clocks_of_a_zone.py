"""Hours, days and months of a zone as half-open UTC windows, across changes of the clocks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.domain.windows import HOUR, MAX_WINDOWS, Grain, TooManyWindows, Window, hour_after, hour_of, windows

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # clocks once changed at midnight
    "America/Havana",
    "Asia/Kathmandu",  # 45 minutes
    "Australia/Lord_Howe",  # changes by 30 minutes
    "Pacific/Apia",  # skipped a day
    "Africa/Casablanca",
]
FIRST = datetime(2001, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 34 * 365 * 24 * 3600).map(lambda seconds: FIRST + timedelta(seconds=seconds))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def lengths(start: str, end: str, grain: Grain, zone: str) -> list[float]:
    cut = windows(at(start), at(end), grain=grain, zone=ZoneInfo(zone))
    return [(window.end - window.start) / HOUR for window in cut]


def test_days_have_23_24_or_25_hours():
    assert lengths("2026-03-28T00:00+01:00", "2026-03-31T00:00+02:00", Grain.DAY, "Europe/Berlin") == [24, 23, 24]
    assert lengths("2026-10-24T00:00+02:00", "2026-10-27T00:00+01:00", Grain.DAY, "Europe/Berlin") == [24, 25, 24]


def test_a_day_may_begin_at_one():
    days = windows(
        at("2018-11-03T03:00Z"), at("2018-11-05T02:00Z"), grain=Grain.DAY, zone=ZoneInfo("America/Sao_Paulo")
    )
    assert [day.start for day in days] == [at("2018-11-03T03:00Z"), at("2018-11-04T03:00Z")]
    assert [(day.end - day.start) / HOUR for day in days] == [24, 23]


def test_a_day_that_the_zone_skipped_does_not_appear():
    assert lengths("2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00", Grain.DAY, "Pacific/Apia") == [24, 24]


def test_the_hour_that_clocks_show_twice_is_two():
    assert lengths("2026-11-01T00:00-04:00", "2026-11-01T03:00-05:00", Grain.HOUR, "America/New_York") == [1] * 4


def test_the_hour_that_clocks_skip_is_none():
    assert lengths("2026-03-08T00:00-05:00", "2026-03-08T04:00-04:00", Grain.HOUR, "America/New_York") == [1] * 3


def test_half_an_hour_may_go_or_come():
    assert lengths("2026-10-04T01:00+10:30", "2026-10-04T04:00+11:00", Grain.HOUR, "Australia/Lord_Howe") == [1, 0.5, 1]
    assert lengths("2026-04-05T01:00+11:00", "2026-04-05T03:00+10:30", Grain.HOUR, "Australia/Lord_Howe") == [1.5, 1]


def test_months_are_calendar_months():
    year = windows(at("2027-12-31T23:00Z"), at("2028-12-31T23:00Z"), grain=Grain.MONTH, zone=ZoneInfo("Europe/Berlin"))
    days = [round((month.end - month.start) / timedelta(days=1)) for month in year]
    assert days == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_the_first_and_the_last_are_as_short_as_the_range():
    cut = windows(at("2026-01-01T12:00Z"), at("2026-01-03T06:00Z"), grain=Grain.DAY, zone=ZoneInfo("UTC"))
    assert [(window.end - window.start) / HOUR for window in cut] == [12, 24, 6]


def test_an_empty_range_has_none():
    now = at("2026-01-01T12:00Z")
    assert windows(now, now, grain=Grain.DAY, zone=ZoneInfo("UTC")) == []
    assert windows(now, now - HOUR, grain=Grain.DAY, zone=ZoneInfo("UTC")) == []


def test_too_many_are_refused_before_they_are_made():
    start = at("2026-01-01T00:00Z")
    assert len(windows(start, start + MAX_WINDOWS * HOUR, grain=Grain.HOUR, zone=ZoneInfo("UTC"))) == MAX_WINDOWS
    with pytest.raises(TooManyWindows):
        windows(start, at("2999-01-01T00:00Z"), grain=Grain.HOUR, zone=ZoneInfo("UTC"))


@given(INSTANTS, st.integers(1, 40 * 24 * 3600), st.sampled_from(list(Grain)), st.sampled_from(ZONES))
def test_they_tile_the_range(start, seconds, grain, zone):
    end = start + timedelta(seconds=seconds)
    cut = windows(start, end, grain=grain, zone=ZoneInfo(zone))
    assert (cut[0].start, cut[-1].end) == (start, end)
    assert all(before.end == after.start for before, after in pairwise(cut))
    assert all(window.start < window.end for window in cut)


@given(INSTANTS, st.integers(0, 10 * 3600 * 10**6))
def test_whole_hours_are_inside_and_leave_less_than_an_hour_at_each_end(start, microseconds):
    window = Window(start, start + timedelta(microseconds=microseconds))
    whole = window.whole_hours()
    if whole.start == whole.end:
        assert whole.start == window.end
        assert window.end - window.start < 2 * HOUR
    else:
        assert window.start <= whole.start < window.start + HOUR
        assert window.end - HOUR < whole.end <= window.end
        assert hour_of(whole.start) == whole.start
        assert hour_of(whole.end) == whole.end


@given(INSTANTS)
def test_an_instant_is_in_its_hour(time):
    assert hour_of(time) <= time < hour_of(time) + HOUR
    assert hour_after(time) - HOUR < time <= hour_after(time)
    assert (hour_of(time).minute, hour_of(time).second, hour_of(time).microsecond) == (0, 0, 0)
