"""Days and months, the latest first to be kept."""

from datetime import date

from analytics.metrics.calendar import Grain, Period, period_of, periods


def test_a_month_begins_on_its_first_and_ends_on_its_last_day():
    assert period_of(date(2028, 2, 15), Grain.MONTH) == Period("2028-02", date(2028, 2, 1), date(2028, 2, 29))
    assert period_of(date(2026, 12, 31), Grain.MONTH).last == date(2026, 12, 31)
    assert period_of(date(2026, 5, 3), Grain.DAY) == Period("2026-05-03", date(2026, 5, 3), date(2026, 5, 3))


def test_every_period_is_there_from_the_first_to_the_last():
    names = [period.name for period in periods(date(2025, 11, 30), date(2026, 2, 1), Grain.MONTH, most=36)]
    assert names == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_only_the_latest_are_kept():
    names = [period.name for period in periods(date(2020, 1, 1), date(2026, 3, 1), Grain.DAY, most=3)]
    assert names == ["2026-02-27", "2026-02-28", "2026-03-01"]


def test_a_report_that_ends_before_anything_began_is_empty():
    assert periods(date(2026, 5, 1), date(2026, 4, 30), Grain.MONTH, most=36) == []
