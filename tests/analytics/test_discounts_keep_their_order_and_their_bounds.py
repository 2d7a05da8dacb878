"""Coupons: percentages before amounts, never below nothing, never more than before, shared out without a remainder."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.discounts import spread, take_off
from tests.analytics.priced import amount, percent

AMOUNTS = st.fractions(min_value=0, max_value=10**7, max_denominator=100)
COUPONS = st.lists(
    st.one_of(
        st.integers(0, 100).map(percent),
        st.integers(0, 10**6).map(amount),
        st.integers(0, 10**6).map(lambda off: amount(off, "eur")),
    ),
    max_size=5,
)
OFTEN = st.sampled_from([Fraction(1), Fraction(1, 12), Fraction(13, 3), Fraction(0)])


def off(monthly, *coupons, times=1):
    return take_off(Fraction(monthly), coupons, currency="usd", times_a_month=Fraction(times))


@pytest.mark.parametrize(
    ("coupons", "left"),
    [
        ((), 1000),
        ((percent(0),), 1000),
        ((percent(25),), 750),
        ((percent("33.33"),), Fraction(66670, 100)),
        ((percent(50), percent(20)), 400),
        ((percent(100),), 0),
        ((percent(150),), 0),  # more than everything is everything
        ((amount(300),), 700),
        ((amount(300), amount(300)), 400),
        ((amount(1000),), 0),
        ((amount(1001),), 0),
        ((percent(50), amount(100)), 400),
        ((amount(100), percent(50)), 400),
        ((amount(700), percent(50), amount(100)), 0),
        ((amount(300, "eur"),), 1000),
        ((amount(300, "eur"), amount(100)), 900),
        ((amount(300, ""),), 1000),
    ],
)
def test_of_a_monthly_thousand(coupons, left):
    assert off(1000, *coupons) == left


@pytest.mark.parametrize(("times", "left"), [(1, 700), (Fraction(1, 12), 975), (Fraction(13, 3), 0), (0, 1000)])
def test_an_amount_comes_off_as_often_as_the_invoice(times, left):
    assert off(1000, amount(300), times=times) == left


@given(AMOUNTS, COUPONS, OFTEN)
def test_nothing_is_added_and_nothing_goes_below_zero(monthly, coupons, times):
    assert 0 <= off(monthly, *coupons, times=times) <= monthly


@given(AMOUNTS, st.lists(st.sampled_from([percent(10), percent(50), amount(70), amount(900)]), max_size=3), OFTEN)
def test_the_order_in_which_stripe_lists_them_decides_nothing(monthly, coupons, times):
    assert len({off(monthly, *order, times=times) for order in permutations(coupons)}) == 1


@given(AMOUNTS, COUPONS, st.integers(0, 100), OFTEN)
def test_one_more_coupon_never_makes_it_dearer(monthly, coupons, more, times):
    before = off(monthly, *coupons, times=times)
    assert off(monthly, *coupons, percent(more), times=times) <= before
    assert off(monthly, *coupons, amount(more), times=times) <= before


def test_coupons_may_come_from_any_iterable_once():
    coupons = (one for one in (percent(50), amount(100)))
    assert take_off(Fraction(1000), coupons, currency="usd", times_a_month=Fraction(1)) == 400


@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.fractions(0, 1))
def test_what_is_left_is_shared_by_weight_without_remainder(amounts, share):
    whole = sum(amounts, Fraction(0))
    parts = spread(whole * share, amounts)
    assert sum(parts, Fraction(0)) == whole * share
    assert parts == [one * share for one in amounts]


@pytest.mark.parametrize(("total", "amounts", "parts"), [(0, [5, 5], [0, 0]), (10, [0, 0], [0, 0]), (0, [], [])])
def test_nothing_is_shared_among_nothing(total, amounts, parts):
    assert spread(Fraction(total), [Fraction(one) for one in amounts]) == parts
