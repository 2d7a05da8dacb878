"""Largest remainder: no cent appears or is lost between a figure and its rows."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.bridge import Kind, steps
from analytics.metrics.rounding import apportion, rounded_with_parts

exact_amounts = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)


@given(st.lists(exact_amounts, max_size=12))
def test_parts_sum_to_the_rounded_sum_and_stay_next_to_themselves(exact):
    total, parts = rounded_with_parts(exact)
    assert sum(parts) == total == round(sum(exact, Fraction(0)))
    assert all(abs(part - value) < 2 for part, value in zip(parts, exact, strict=True))
    assert all(part == 0 for part, value in zip(parts, exact, strict=True) if value == 0)


def test_the_missing_cent_goes_to_the_largest_remainder():
    assert rounded_with_parts([Fraction(4, 3), Fraction(13, 10), Fraction(13, 10)]) == (4, [2, 1, 1])


def test_a_total_that_rounding_does_not_explain_is_refused():
    with pytest.raises(ValueError, match="not the rounded sum"):
        apportion([Fraction(1)], 5)


@given(exact_amounts, st.dictionaries(st.sampled_from([kind for kind in Kind if kind != Kind.FX]), exact_amounts))
def test_a_bridge_closes_without_exchange_rates(start, moved):
    closed = steps(start, start + sum(moved.values(), Fraction(0)), moved)
    assert closed.start + sum(closed.by_kind.values()) == closed.end
    assert closed.by_kind[Kind.FX] == 0


@given(exact_amounts, exact_amounts, st.dictionaries(st.sampled_from([Kind.NEW, Kind.CHURN]), exact_amounts))
def test_what_movements_do_not_explain_is_the_work_of_rates(start, end, moved):
    closed = steps(start, end, moved)
    assert closed.start + sum(closed.by_kind.values()) == closed.end
    assert abs(closed.by_kind[Kind.FX] - (end - start - sum(moved.values(), Fraction(0)))) < 2
