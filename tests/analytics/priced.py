"""Items, coupons and revenues made directly, for rules that need no recorded state."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from analytics.explain import Held
from analytics.fx import Rate, Rates
from analytics.metrics.mrr import MICRO, ItemRevenue
from analytics.metrics.states import Coupon, Item, Tier
from analytics.policies import STRIPE_V1
from analytics.standpoint import Standpoint

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
AT = Standpoint(NOON, NOON, STRIPE_V1)


def priced(**fields: Any) -> Item:
    """A licensed monthly item at 10.00."""
    usual = {
        "id": "si_1",
        "price": "price_1",
        "product": "prod_1",
        "quantity": 1,
        "unit_amount": Fraction(1000),
        "interval": "month",
        "interval_count": 1,
        "metered": False,
        "tiers_mode": "",
        "tiers": (),
        "divide_by": 1,
        "round_up": False,
        "coupons": (),
    }
    return Item(**{**usual, **fields})


def tier(up_to: int | None, unit: int | Fraction = 0, flat: int = 0) -> Tier:
    return Tier(up_to, Fraction(unit), Fraction(flat))


def percent(off: int | str) -> Coupon:
    return Coupon("forever", Fraction(off), 0, "")


def amount(off: int, currency: str = "usd") -> Coupon:
    return Coupon("forever", Fraction(0), off, currency)


def held(micro: int = 2900 * MICRO, *, reason: str = "", currency: str = "usd", owner: int = 1, **item: Any) -> Held:
    """An item worth so many micro-minor-units a month, of the organization with this number."""
    counted = 0 if reason else micro
    revenue = ItemRevenue(priced(**item), currency, micro, counted, 0, reason)
    return Held(owner, f"org_{owner}", f"Organization {owner}", f"sub_{owner}", "active", "pro", "evt_1", NOON, revenue)


def rates(into: str = "usd", **factors: str | int) -> Rates:
    """Minor units of `into` for one minor unit of each currency, given on the first of March."""
    day = NOON.date().replace(day=1)
    given = {code: [Rate(day, Decimal(factor), Fraction(factor))] for code, factor in factors.items()}
    return Rates(into, {code: [day] for code in given}, given)


def tier_tables() -> st.SearchStrategy[tuple[Tier, ...]]:
    """Ascending tiers with prices of 0 and more, of which the last is open."""
    bounds = st.lists(st.integers(1, 60), max_size=4, unique=True).map(sorted)
    prices = st.tuples(st.integers(0, 500), st.integers(0, 5000))
    return bounds.flatmap(
        lambda tops: st.lists(prices, min_size=len(tops) + 1, max_size=len(tops) + 1).map(
            lambda rows: tuple(tier(top, *row) for top, row in zip([*tops, None], rows, strict=True))
        )
    )
