"""Exact rationals: year 1/12, month 1/n, week 52/12n, day 365/12n; per unit, packages and tiers."""

import pytest

from analytics.metrics.mrr import MICRO, item_revenues
from analytics.metrics.states import read_state
from analytics.policies import STRIPE_V1
from tests.analytics.lives import item, state


def monthly(*items, **fields) -> list[float]:
    """Minor units of each item."""
    revenues = item_revenues(read_state(state(*items, **fields)), STRIPE_V1.switches)
    return [revenue.mrr / MICRO for revenue in revenues]


def tiered(mode: str, quantity: int, *tiers) -> dict:
    rows = [
        {"up_to": up_to, "unit_amount": unit, "unit_amount_decimal": str(unit), "flat_amount": flat}
        for up_to, unit, flat in tiers
    ]
    return item(
        unit_amount=None,
        unit_amount_decimal=None,
        billing_scheme="tiered",
        tiers_mode=mode,
        tiers=rows,
        quantity=quantity,
    )


@pytest.mark.parametrize(
    ("interval", "count", "amount", "expected"),
    [
        ("month", 1, 2900, 2900),
        ("month", 3, 9000, 3000),
        ("year", 1, 29000, 2416.666667),
        ("year", 2, 24000, 1000),
        ("week", 1, 1000, 4333.333333),
        ("week", 4, 1200, 1300),
        ("day", 1, 100, 3041.666667),
        ("day", 30, 1200, 1216.666667),
        ("", 1, 5000, 0),
    ],
)
def test_by_interval(interval, count, amount, expected):
    assert monthly(item(amount=amount, interval=interval, interval_count=count)) == [expected]


def test_by_quantity_and_by_fractions_of_a_minor_unit():
    assert monthly(item(quantity=7)) == [20300]
    assert monthly(item(unit_amount=None, unit_amount_decimal="0.05", quantity=3)) == [0.15]
    assert monthly(item(quantity=None)) == [2900]
    assert monthly(item(quantity=0)) == [0]


@pytest.mark.parametrize(("quantity", "rounding", "packages"), [(10, "up", 2), (11, "up", 3), (11, "down", 2)])
def test_by_package(quantity, rounding, packages):
    package = item(amount=500, quantity=quantity, transform_quantity={"divide_by": 5, "round": rounding})
    assert monthly(package) == [packages * 500]


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [(0, 100), (3, 100 + 30), (5, 100 + 50), (6, 100 + 50 + 7), (12, 100 + 50 + 35 + 50 + 2 * 5)],
)
def test_by_graduated_tiers(quantity, expected):
    assert monthly(tiered("graduated", quantity, (5, 10, 100), (10, 7, 0), (None, 5, 50))) == [expected]


@pytest.mark.parametrize(("quantity", "expected"), [(0, 100), (5, 150), (6, 42), (11, 55 + 50)])
def test_by_volume_tiers(quantity, expected):
    assert monthly(tiered("volume", quantity, (5, 10, 100), (10, 7, 0), (None, 5, 50))) == [expected]


def test_a_flat_fee_by_tier_is_charged_once():
    assert monthly(tiered("volume", 8, (5, 0, 1000), ("inf", 0, 3000))) == [3000]


def test_metered_items_are_worth_nothing_here():
    assert monthly(item(usage_type="metered", quantity=None), item(id="si_2")) == [0, 2900]


def test_items_of_one_state_sum_to_the_rounded_subscription():
    thirds = [item(id=f"si_{n}", amount=1, interval="year", interval_count=1) for n in range(3)]
    revenues = item_revenues(read_state(state(*thirds)), STRIPE_V1.switches)
    assert sum(revenue.mrr for revenue in revenues) == 250_000
    assert sorted(revenue.mrr for revenue in revenues) == [83_333, 83_333, 83_334]


def test_what_is_missing_in_a_state_is_no_revenue():
    bare = {"status": "active", "currency": "USD", "items": [{"id": "si_1", "price": "price_1"}]}
    (revenue,) = item_revenues(read_state(bare), STRIPE_V1.switches)
    assert (revenue.mrr, revenue.reason, revenue.currency) == (0, "free", "usd")
    assert item_revenues(read_state({}), STRIPE_V1.switches) == []
