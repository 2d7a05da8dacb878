"""A reader adds up the columns of the bridge: they close to the cent, in every period and from each to the next."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.bridge import Kind, steps
from analytics.metrics.rounding import apportion, rounded_with_parts

OWN = [kind for kind in Kind if kind is not Kind.FX]
EXACT = st.fractions(min_value=-(10**5), max_value=10**5, max_denominator=1000)


def closed(start, end, **moved):
    return steps(Fraction(start), Fraction(end), {Kind(kind): Fraction(value) for kind, value in moved.items()})


@pytest.mark.parametrize("kind", OWN)
def test_each_kind_alone_makes_the_difference(kind):
    assert closed(1000, 1300, **{str(kind): 300}).by_kind == {**dict.fromkeys(Kind, 0), kind: 300}


def test_a_period_in_which_nothing_happened():
    still = closed(1000, 1000)
    assert (still.start, still.end, set(still.by_kind.values())) == (1000, 1000, {0})


def test_what_nobody_did_was_done_by_rates():
    assert closed(1000, 1010).by_kind[Kind.FX] == 10
    assert closed(1000, 990, new=20).by_kind[Kind.FX] == -30


def test_every_kind_is_there_and_losses_are_negative():
    mixed = closed(1000, 1250, new=500, churn=-200, contraction=-50)
    assert list(mixed.by_kind) == [*OWN, Kind.FX]
    assert (mixed.by_kind[Kind.CHURN], mixed.by_kind[Kind.CONTRACTION]) == (-200, -50)


@pytest.mark.parametrize(
    ("balance", "shown"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("-0.5", 0), ("-1.5", -2), ("2.51", 3), ("1/3", 0)]
)
def test_balances_are_rounded_half_to_even(balance, shown):
    assert closed(balance, balance).start == closed(balance, balance).end == shown


def test_a_cent_that_only_rounding_made_goes_to_a_kind_that_moved():
    """0.4 + 0.4 is shown as 0 + 1: the movement is shown as 1, although 0.4 alone is shown as 0."""
    assert closed("0.4", "0.8", new="0.4").by_kind[Kind.NEW] == 1
    assert closed("0.4", "0.8", new="0.4").by_kind[Kind.CHURN] == 0


@given(st.lists(st.dictionaries(st.sampled_from(OWN), EXACT, max_size=4), min_size=1, max_size=6), EXACT)
def test_period_after_period_the_end_is_the_next_start(months, opening):
    balance, found = opening, []
    for moved in months:
        after = balance + sum(moved.values(), Fraction(0))
        found.append(steps(balance, after, moved))
        balance = after
    assert all(before.end == after.start for before, after in pairwise(found))
    assert found[0].start + sum(sum(one.by_kind.values()) for one in found) == found[-1].end


@given(EXACT, st.dictionaries(st.sampled_from(OWN), EXACT))
def test_a_kind_that_did_not_move_is_shown_as_nothing(start, moved):
    shown = steps(start, start + sum(moved.values(), Fraction(0)), moved).by_kind
    assert all(shown[kind] == 0 for kind in OWN if not moved.get(kind))
    assert all(abs(shown[kind] - value) < 2 for kind, value in moved.items())


@pytest.mark.parametrize(
    ("exact", "total", "parts"),
    [
        ([], 0, []),
        ([0, 0], 0, [0, 0]),
        (["1/3", "1/3", "1/3"], 1, [1, 0, 0]),  # of equals the first
        (["-1/3", "-1/3", "-1/3"], -1, [-1, 0, 0]),
        (["0.5", "0.5"], 1, [1, 0]),
        (["1.5", "2.5"], 4, [2, 2]),
        (["0.9", "0.9", "0.9"], 2, [0, 1, 1]),
        (["2/3", 0, "1/3"], 1, [1, 0, 0]),
        (["-0.4", "-0.4", "0.8"], 0, [0, -1, 1]),
    ],
)
def test_where_the_missing_unit_goes(exact, total, parts):
    found = apportion([Fraction(value) for value in exact], total)
    assert sum(found) == total
    assert sorted(found) == sorted(parts)
    assert [bool(value) or not part for value, part in zip(exact, found, strict=True)] == [True] * len(exact)


@pytest.mark.parametrize(("exact", "total"), [([], 1), ([0], 1), ([1, 1], 5), ([1, 0], 3), (["0.4"], -2)])
def test_more_than_a_unit_for_each_part_is_no_rounding(exact, total):
    with pytest.raises(ValueError, match=f"{total} is not the rounded sum of {len(exact)} parts"):
        apportion([Fraction(value) for value in exact], total)


@given(st.lists(st.integers(-(10**9), 10**9), max_size=10))
def test_whole_amounts_stay_as_they_are(amounts):
    assert rounded_with_parts([Fraction(one) for one in amounts]) == (sum(amounts), amounts)


@given(st.lists(EXACT, min_size=1, max_size=8), st.integers(-1000, 1000))
def test_whole_units_more_in_one_part_are_the_same_rounding(exact, whole):
    total, _ = rounded_with_parts(exact)
    if total % 2 == (total + whole) % 2:  # half-even looks at the parity of the sum
        assert rounded_with_parts([exact[0] + whole, *exact[1:]])[0] == total + whole
