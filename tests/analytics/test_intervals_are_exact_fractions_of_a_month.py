"""How often a month: exact fractions, so that twelve monthly figures are a year's invoice to the cent."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.charges import charge
from analytics.metrics.intervals import NEVER, times_a_month
from analytics.metrics.switches import Switches
from tests.analytics.priced import priced

USUAL = Switches()
INTERVALS = {"day": 365, "week": 52, "month": 12, "year": 1}


@pytest.mark.parametrize(
    ("interval", "count", "expected"),
    [
        ("month", 1, Fraction(1)),
        ("month", 2, Fraction(1, 2)),
        ("month", 6, Fraction(1, 6)),
        ("month", 12, Fraction(1, 12)),
        ("month", 36, Fraction(1, 36)),
        ("year", 1, Fraction(1, 12)),
        ("year", 3, Fraction(1, 36)),
        ("week", 1, Fraction(13, 3)),
        ("week", 2, Fraction(13, 6)),
        ("week", 52, Fraction(1, 12)),
        ("day", 1, Fraction(365, 12)),
        ("day", 7, Fraction(365, 84)),
        ("day", 365, Fraction(1, 12)),
    ],
)
def test_the_table(interval, count, expected):
    assert times_a_month(priced(interval=interval, interval_count=count), USUAL) == expected


@pytest.mark.parametrize("interval", ["", "hour", "quarter", "Month", "months", "one_time"])
def test_what_is_no_interval_of_stripe_never_recurs(interval):
    assert times_a_month(priced(interval=interval), USUAL) == NEVER == 0


@given(st.sampled_from(list(INTERVALS)), st.integers(1, 1000), st.integers(0, 10**9))
def test_a_years_worth_of_charges_is_twelve_months(interval, count, price):
    item = priced(interval=interval, interval_count=count, unit_amount=Fraction(price))
    monthly = charge(item) * times_a_month(item, USUAL)
    assert monthly * 12 * count == price * INTERVALS[interval]


@given(st.sampled_from(list(INTERVALS)), st.integers(1, 500), st.integers(2, 12))
def test_twice_as_long_is_half_as_often(interval, count, factor):
    short = times_a_month(priced(interval=interval, interval_count=count), USUAL)
    long = times_a_month(priced(interval=interval, interval_count=count * factor), USUAL)
    assert short == long * factor


@pytest.mark.parametrize(
    ("switches", "interval", "expected"),
    [
        ({"weeks_in_year": 48}, "week", 4),  # a vendor that counts four weeks a month
        ({"days_in_year": 360}, "day", 30),
        ({"days_in_year": 366}, "day", Fraction(61, 2)),
        ({"weeks_in_year": 48, "days_in_year": 360}, "month", 1),
        ({"weeks_in_year": 48, "days_in_year": 360}, "year", Fraction(1, 12)),
    ],
)
def test_only_weeks_and_days_are_a_matter_of_policy(switches, interval, expected):
    assert times_a_month(priced(interval=interval), replace(USUAL, **switches)) == expected
