"""Periods leave no day out and hold none twice: else a movement would be in no bridge, or in two."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.calendar import Grain, period_of, periods

DAY = timedelta(days=1)
DATES = st.dates(date(2000, 1, 1), date(2100, 12, 31))
GRAINS = st.sampled_from(list(Grain))


@given(DATES, GRAINS)
def test_a_day_lies_in_its_period(day, grain):
    period = period_of(day, grain)
    assert period.first <= day <= period.last
    assert period_of(period.first, grain) == period_of(period.last, grain) == period


@given(DATES, GRAINS)
def test_the_day_before_and_the_day_after_are_in_its_neighbours(day, grain):
    period = period_of(day, grain)
    assert period_of(period.first - DAY, grain).last == period.first - DAY
    assert period_of(period.last + DAY, grain).first == period.last + DAY


@given(DATES, st.integers(0, 500), GRAINS, st.integers(1, 40))
def test_they_follow_each_other_without_a_gap(first, length, grain, most):
    last = first + length * DAY
    found = periods(first, last, grain, most=most)
    assert 1 <= len(found) <= most
    assert found[-1] == period_of(last, grain)
    assert all(before.last + DAY == after.first for before, after in pairwise(found))
    assert found[0] == period_of(first, grain) or (len(found) == most and found[0].first > first)


@given(DATES, st.integers(0, 500), GRAINS)
def test_their_names_sort_as_they_do(first, length, grain):
    names = [period.name for period in periods(first, first + length * DAY, grain, most=36)]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("day", "name", "last"),
    [
        (date(2026, 1, 1), "2026-01", 31),
        (date(2026, 2, 28), "2026-02", 28),
        (date(2028, 2, 29), "2028-02", 29),
        (date(2100, 2, 1), "2100-02", 28),  # no leap year
        (date(2026, 4, 30), "2026-04", 30),
        (date(2026, 12, 31), "2026-12", 31),
        (date(987, 3, 4), "987-03", 31),
    ],
)
def test_months_have_their_own_length(day, name, last):
    period = period_of(day, Grain.MONTH)
    assert (period.name.lstrip("0"), period.first.day, period.last.day) == (name, 1, last)


@pytest.mark.parametrize("grain", Grain)
def test_one_day_is_one_period(grain):
    day = date(2026, 5, 17)
    assert periods(day, day, grain, most=36) == [period_of(day, grain)]


@pytest.mark.parametrize(("most", "names"), [(0, []), (1, ["2026-03"]), (2, ["2026-02", "2026-03"])])
def test_the_first_are_left_out_where_there_are_too_many(most, names):
    found = periods(date(2020, 1, 1), date(2026, 3, 31), Grain.MONTH, most=most)
    assert [period.name for period in found] == names


@pytest.mark.parametrize("word", ["week", "Month", "DAY", "", "year"])
def test_there_are_two_grains(word):
    with pytest.raises(ValueError, match="not a valid Grain"):
        Grain(word)
