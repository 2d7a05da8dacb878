"""Amounts are integers of the smallest unit; whatever is divided or rounded must still add up to what was paid."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.money import allocate, half_even

totals = st.integers(min_value=-(10**12), max_value=10**12)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 2), 0),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 2),
        (Fraction(-1, 2), 0),
        (Fraction(-3, 2), -2),
        (Fraction(-5, 2), -2),
        (Fraction(49, 100), 0),
        (Fraction(51, 100), 1),
        (Fraction(10**30 * 2 + 1, 2), 10**30),
        (Fraction(7), 7),
    ],
)
def test_half_goes_to_the_even_neighbour(exact: Fraction, rounded: int) -> None:
    assert half_even(exact) == rounded


@given(st.fractions())
def test_rounding_moves_by_at_most_half_and_treats_debit_and_credit_alike(exact: Fraction) -> None:
    assert abs(half_even(exact) - exact) <= Fraction(1, 2)
    assert half_even(-exact) == -half_even(exact)


@given(st.integers())
def test_a_whole_amount_stays_as_it_is(amount: int) -> None:
    assert half_even(Fraction(amount)) == amount


@pytest.mark.parametrize(
    ("total", "by", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (0, [3, 4], [0, 0]),
        (7, [0, 0, 0], [7, 0, 0]),
        (10, [0, 1, 0], [0, 10, 0]),
        (5, [], []),
        (1, [1], [1]),
        (-100, [1, 1, 1], [-33, -33, -34]),
        (1000, [999, 1], [999, 1]),
        (10, [70, 20, 10], [7, 2, 1]),
    ],
)
def test_a_total_is_split_by_weight(total: int, by: list[int], parts: list[int]) -> None:
    assert allocate(total, by) == parts


@given(totals, weights)
def test_the_parts_sum_to_the_total(total: int, by: list[int]) -> None:
    parts = allocate(total, by)
    assert len(parts) == len(by)
    assert sum(parts) == total


@given(totals, weights.filter(any))
def test_no_part_is_a_whole_unit_away_from_its_exact_share(total: int, by: list[int]) -> None:
    for part, weight in zip(allocate(total, by), by, strict=True):
        assert abs(part - Fraction(total * weight, sum(by))) < 1
        assert weight or part == 0


@given(st.integers(min_value=0, max_value=10**9), weights.filter(any))
def test_who_weighs_more_never_gets_less(total: int, by: list[int]) -> None:
    pairs = sorted(zip(by, allocate(total, by), strict=True))
    for (lighter, less), (heavier, more) in itertools.pairwise(pairs):
        assert lighter == heavier or less <= more


def test_the_weights_are_left_as_they_were() -> None:
    by = [1, 2, 3]
    allocate(100, by)
    assert by == [1, 2, 3]
