"""`SubscriptionChange.state`, typed. Anything that is missing is read as its most cautious value: no revenue."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

ENDED = frozenset({"canceled", "incomplete_expired"})


@dataclass(frozen=True, slots=True)
class Tier:
    """Prices in minor units; `up_to` None is the last, open tier."""

    up_to: int | None
    unit_amount: Fraction
    flat_amount: Fraction


@dataclass(frozen=True, slots=True)
class Coupon:
    """`percent_off` in percent, `amount_off` in minor units of `currency` and per invoice."""

    duration: str
    percent_off: Fraction
    amount_off: int
    currency: str


@dataclass(frozen=True, slots=True)
class Item:
    """One price in a subscription; `unit_amount` in minor units per `interval_count` intervals."""

    id: str
    price: str
    product: str
    quantity: int
    unit_amount: Fraction
    interval: str
    interval_count: int
    metered: bool
    tiers_mode: str
    tiers: tuple[Tier, ...]
    divide_by: int
    round_up: bool
    coupons: tuple[Coupon, ...]


@dataclass(frozen=True, slots=True)
class State:
    status: str
    currency: str
    items: tuple[Item, ...]
    coupons: tuple[Coupon, ...]
    pause: str

    @property
    def ended(self) -> bool:
        return self.status in ENDED


def read_state(state: Mapping[str, Any]) -> State:
    return State(
        status=str(state.get("status") or ""),
        currency=str(state.get("currency") or "").lower(),
        items=tuple(_item(item) for item in state.get("items") or ()),
        coupons=_coupons(state.get("discounts")),
        pause=str((state.get("pause") or {}).get("behavior") or ""),
    )


def _item(item: Mapping[str, Any]) -> Item:
    transform = item.get("transform_quantity") or {}
    tiered = item.get("billing_scheme") == "tiered"
    quantity = item.get("quantity")
    return Item(
        id=str(item["id"]),
        price=str(item["price"]),
        product=str(item.get("product") or ""),
        quantity=1 if quantity is None else int(quantity),
        unit_amount=_amount(item, "unit_amount"),
        interval=str(item.get("interval") or ""),
        interval_count=int(item.get("interval_count") or 1),
        metered=item.get("usage_type") == "metered",
        tiers_mode=str(item.get("tiers_mode") or "") if tiered else "",
        tiers=tuple(_tier(tier) for tier in item.get("tiers") or ()) if tiered else (),
        divide_by=int(transform.get("divide_by") or 1),
        round_up=transform.get("round") == "up",
        coupons=_coupons(item.get("discounts")),
    )


def _tier(tier: Mapping[str, Any]) -> Tier:
    up_to = tier.get("up_to")
    return Tier(
        None if up_to in (None, "inf") else int(up_to), _amount(tier, "unit_amount"), _amount(tier, "flat_amount")
    )


def _amount(holder: Mapping[str, Any], field: str) -> Fraction:
    """Stripe's exact text (`unit_amount_decimal`) where it is given: it may hold fractions of a minor unit."""
    return _exact(str(holder.get(f"{field}_decimal") or holder.get(field) or 0))


@lru_cache(maxsize=4096)
def _exact(text: str) -> Fraction:
    return Fraction(text)


def _coupons(discounts: Any) -> tuple[Coupon, ...]:
    """Those that Stripe expanded. A discount without its coupon takes nothing off: what it is worth is not known."""
    return tuple(_coupon(one["coupon"]) for one in discounts or () if isinstance(one, Mapping) and one.get("coupon"))


def _coupon(coupon: Mapping[str, Any]) -> Coupon:
    return Coupon(
        duration=str(coupon.get("duration") or ""),
        percent_off=Fraction(str(coupon.get("percent_off") or 0)),
        amount_off=int(coupon.get("amount_off") or 0),
        currency=str(coupon.get("currency") or "").lower(),
    )
