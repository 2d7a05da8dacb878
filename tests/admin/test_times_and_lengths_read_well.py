"""A deadline that is an hour off, or a date of the wrong zone, sends people after the wrong invoice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing.templatetags.formats import age_text, date_text, day_text, period_text, span_text, time_text, zone_text

NOW = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
MOMENTS = st.integers(0, 15 * 366 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (90_000, "1 d 1 h"),
        (100 * 86_400 + 5, "100 d"),
        (-3_600, "1 h"),
    ],
)
def test_a_length_has_its_largest_units(seconds: float, expected: str) -> None:
    assert span_text(seconds) == expected


@given(st.integers(1, 10**9))
def test_a_length_never_reads_longer_than_it_is(seconds: int) -> None:
    parts = span_text(seconds).split()
    worth = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
    said = sum(int(count) * worth[unit] for count, unit in zip(parts[::2], parts[1::2], strict=True))
    assert said <= seconds
    assert seconds - said < worth["h" if "d" in parts else parts[-1]]


@given(st.integers(1, 10**8))
def test_before_and_after_mirror_each_other(seconds: int) -> None:
    gap = timedelta(seconds=seconds)
    assert age_text(NOW - gap, NOW).removesuffix(" ago") == age_text(NOW + gap, NOW).removeprefix("in ")


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "Europe/Berlin", "21 Nov 2026"),
        (datetime(2026, 11, 20, 4, 30, tzinfo=UTC), "America/New_York", "19 Nov 2026"),
        (datetime(2026, 12, 31, 11, tzinfo=UTC), "Pacific/Kiritimati", "1 Jan 2027"),
        (datetime(2026, 1, 1, 10, tzinfo=UTC), "Pacific/Pago_Pago", "31 Dec 2025"),
    ],
)
def test_a_date_is_that_of_the_zone(moment: datetime, zone: str, expected: str) -> None:
    assert date_text(moment, ZoneInfo(zone), "en_US") == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 Oct 2026, 02:30 CEST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 Oct 2026, 02:30 CET"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 Mar 2026, 01:59 CET"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 Mar 2026, 03:00 CEST"),
    ],
)
def test_the_hour_that_comes_twice_is_told_apart(moment: datetime, expected: str) -> None:
    assert time_text(moment, ZoneInfo("Europe/Berlin"), "en_US") == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", "CET"),
        ("Asia/Kolkata", "IST"),
        ("America/Sao_Paulo", "UTC−03"),
        ("Asia/Kathmandu", "UTC+0545"),
    ],
)
def test_a_zone_has_a_short_name(zone: str, expected: str) -> None:
    assert zone_text(NOW.astimezone(ZoneInfo(zone))) == expected


def test_a_time_without_a_zone_is_called_utc() -> None:
    assert zone_text(NOW.replace(tzinfo=None)) == "UTC"


@pytest.mark.parametrize(
    ("locale", "expected"), [("en_US", "20 Nov 2026"), ("de_DE", "20 Nov. 2026"), ("fr_FR", "20 nov. 2026")]
)
def test_months_have_their_name_in_the_language(locale: str, expected: str) -> None:
    assert date_text(NOW, ZoneInfo("UTC"), locale) == expected
    assert day_text(date(2026, 11, 20), locale) == expected


@example(datetime(2020, 1, 1, 4, tzinfo=UTC), 68, "America/New_York")  # from 23:00 to midnight, an hour of summer
@given(MOMENTS, st.integers(0, 400), st.sampled_from(ZONES))
def test_a_period_of_whole_days_names_its_first_and_its_last_day(start: datetime, days: int, name: str) -> None:
    """Wherever the midnight falls, what begins the next period belongs to it."""
    zone = ZoneInfo(name)
    first = start.astimezone(zone).date()
    text = period_text(start, start + timedelta(days=days), zone, "en_US")
    last = max(first, first + timedelta(days=days - 1))
    assert text.endswith(f"{last.day} {last:%b %Y}")
    assert text.split("–")[0].startswith(str(first.day))


@given(MOMENTS, st.integers(0, 60))
def test_a_period_names_a_month_and_a_year_only_once(start: datetime, days: int) -> None:
    text = period_text(start, start + timedelta(days=days), ZoneInfo("UTC"), "en_US")
    whole = [word for word in text.replace("–", " ").split() if word.isdigit() and len(word) == 4]
    assert len(whole) == len(set(whole))


@pytest.mark.parametrize(
    ("start", "end", "zone", "expected"),
    [
        ((2026, 1, 31, 9), (2026, 2, 28, 9), "UTC", "31 Jan–27 Feb 2026"),
        ((2028, 2, 1, 0), (2028, 3, 1, 0), "UTC", "1–29 Feb 2028"),
        ((2026, 2, 1, 0), (2026, 3, 1, 0), "UTC", "1–28 Feb 2026"),
        ((2026, 1, 1, 0), (2027, 1, 1, 0), "UTC", "1 Jan–31 Dec 2026"),
        ((2026, 6, 15, 12), (2027, 6, 15, 12), "UTC", "15 Jun 2026–14 Jun 2027"),
        ((2026, 10, 31, 23), (2026, 11, 30, 23), "Europe/Berlin", "1–30 Nov 2026"),
        ((2026, 9, 30, 22), (2026, 10, 31, 23), "Europe/Berlin", "1–31 Oct 2026"),
        ((2026, 3, 1, 5), (2026, 4, 1, 4), "America/New_York", "1–31 Mar 2026"),
    ],
)
def test_periods(start: tuple[int, ...], end: tuple[int, ...], zone: str, expected: str) -> None:
    first, last = datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC)
    assert period_text(first, last, ZoneInfo(zone), "en_US") == expected
