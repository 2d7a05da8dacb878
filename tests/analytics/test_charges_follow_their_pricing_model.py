"""Each pricing model against its definition, unit by unit: a wrong charge is a wrong figure for every such customer."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.charges import charge
from tests.analytics.priced import priced, tier, tier_tables

QUANTITIES = st.integers(0, 120)
PRICES = st.fractions(min_value=0, max_value=10_000, max_denominator=1000)


@given(PRICES, QUANTITIES)
def test_per_unit_is_price_times_quantity_to_the_last_fraction(price, quantity):
    assert charge(priced(unit_amount=price, quantity=quantity)) == price * quantity


@given(PRICES, QUANTITIES, st.integers(1, 25))
def test_packages_are_whole_ones_begun_or_full(price, quantity, size):
    begun = charge(priced(unit_amount=price, quantity=quantity, divide_by=size, round_up=True))
    full = charge(priced(unit_amount=price, quantity=quantity, divide_by=size, round_up=False))
    assert begun == price * ceil(Fraction(quantity, size))
    assert full == price * (quantity // size)


@pytest.mark.parametrize(
    ("quantity", "size", "begun", "full"),
    [(0, 10, 0, 0), (1, 10, 1, 0), (9, 10, 1, 0), (10, 10, 1, 1), (11, 10, 2, 1), (20, 10, 2, 2), (7, 1, 7, 7)],
)
def test_a_package_begins_with_its_first_unit(quantity, size, begun, full):
    assert charge(priced(quantity=quantity, divide_by=size, round_up=True)) == 1000 * begun
    assert charge(priced(quantity=quantity, divide_by=size, round_up=False)) == 1000 * full


def unit_by_unit(tiers, quantity):
    """Walk through every unit; a tier's flat fee falls due with its first unit, the first tier's in any case."""
    total, place = tiers[0].flat_amount, 0
    for number in range(1, quantity + 1):
        while tiers[place].up_to is not None and number > tiers[place].up_to:
            place += 1
            total += tiers[place].flat_amount
        total += tiers[place].unit_amount
    return total


@given(tier_tables(), QUANTITIES)
def test_graduated_tiers_price_each_unit_where_it_falls(tiers, quantity):
    assert charge(priced(tiers_mode="graduated", tiers=tiers, quantity=quantity)) == unit_by_unit(tiers, quantity)


@given(tier_tables(), QUANTITIES)
def test_graduated_charges_never_fall_as_the_quantity_grows(tiers, quantity):
    less, more = (
        charge(priced(tiers_mode="graduated", tiers=tiers, quantity=number)) for number in (quantity, quantity + 1)
    )
    assert less <= more


@given(tier_tables(), QUANTITIES)
def test_volume_tiers_price_all_units_by_the_tier_of_the_last(tiers, quantity):
    fitting = next(one for one in tiers if one.up_to is None or quantity <= one.up_to)
    charged = charge(priced(tiers_mode="volume", tiers=tiers, quantity=quantity))
    assert charged == fitting.flat_amount + fitting.unit_amount * quantity


@given(tier_tables())
def test_both_modes_agree_inside_the_first_tier(tiers):
    top = tiers[0].up_to or 50
    for quantity in (0, 1, top):
        graduated, volume = (
            charge(priced(tiers_mode=mode, tiers=tiers, quantity=quantity)) for mode in ("graduated", "volume")
        )
        assert graduated == volume


def test_volume_may_fall_where_a_cheaper_tier_begins():
    tiers = (tier(10, 100), tier(None, 50))
    charged = [charge(priced(tiers_mode="volume", tiers=tiers, quantity=number)) for number in (10, 11)]
    assert charged == [1000, 550]


@pytest.mark.parametrize(("mode", "expected"), [("graduated", 500), ("volume", 0)])
def test_units_beyond_closed_tiers_have_no_price(mode, expected):
    """Stripe ends every table with an open tier. Where ours has none, nothing is invented for what lies beyond."""
    assert charge(priced(tiers_mode=mode, tiers=(tier(5, 100),), quantity=9)) == expected


@pytest.mark.parametrize("mode", ["graduated", "volume"])
def test_a_table_without_tiers_charges_nothing(mode):
    assert charge(priced(tiers_mode=mode, quantity=9)) == 0


@given(QUANTITIES, PRICES, tier_tables(), st.sampled_from(["", "graduated", "volume"]))
def test_metered_items_are_charged_by_use_whatever_their_model(quantity, price, tiers, mode):
    assert charge(priced(metered=True, unit_amount=price, quantity=quantity, tiers=tiers, tiers_mode=mode)) == 0


def test_packages_do_not_touch_tiers():
    tiered = priced(tiers_mode="volume", tiers=(tier(None, 10),), quantity=7, divide_by=5, round_up=True)
    assert charge(tiered) == 70
