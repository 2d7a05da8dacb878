"""Monthly recurring revenue of one state of one subscription, item by item."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from analytics.metrics.charges import charge
from analytics.metrics.discounts import spread, take_off
from analytics.metrics.intervals import NEVER, times_a_month
from analytics.metrics.rounding import rounded_with_parts
from analytics.metrics.states import Coupon, Item, State
from analytics.metrics.switches import Switches

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class ItemRevenue:
    """What an item is worth a month, in micro-minor-units.

    `worth`: after discounts, whether or not it counts. `recurring`: what counts when the collection pause is left
    out of account. `paused`: what a collection pause takes away, so that MRR is `recurring - paused`. `reason`
    says why some of `worth`, or all of the item, does not count; "" where it does.
    """

    item: Item
    currency: str
    worth: int
    recurring: int
    paused: int
    reason: str

    @property
    def mrr(self) -> int:
        return self.recurring - self.paused


def item_revenues(state: State, switches: Switches) -> list[ItemRevenue]:
    return [
        _revenue(state, item, worth, switches)
        for item, worth in zip(state.items, _worths(state, switches), strict=True)
    ]


def _revenue(state: State, item: Item, worth: int, switches: Switches) -> ItemRevenue:
    recurring = worth if state.status in switches.counted else 0
    paused = recurring if state.pause in switches.pausing else 0
    reason = _reason(state, item, worth, switches)
    return ItemRevenue(item, state.currency, worth, recurring, paused, reason)


def _reason(state: State, item: Item, worth: int, switches: Switches) -> str:
    if state.status not in switches.counted:
        return state.status or "unknown"
    if item.metered:
        return "metered"
    if worth == 0:
        return "discounted" if charge(item) * times_a_month(item, switches) else "free"
    return "paused" if state.pause in switches.pausing else ""


def _worths(state: State, switches: Switches) -> list[int]:
    """Rounded half-even once, per state: the items sum to the rounded subscription."""
    factors = [times_a_month(item, switches) for item in state.items]
    exact = [
        take_off(charge(item) * factor, _counted(item.coupons, switches), currency=state.currency, times_a_month=factor)
        for item, factor in zip(state.items, factors, strict=True)
    ]
    if coupons := _counted(state.coupons, switches):
        whole, invoices = sum(exact, Fraction(0)), max(factors, default=NEVER)
        exact = spread(take_off(whole, coupons, currency=state.currency, times_a_month=invoices), exact)
    return rounded_with_parts([amount * MICRO for amount in exact])[1]


def _counted(coupons: Iterable[Coupon], switches: Switches) -> list[Coupon]:
    return [coupon for coupon in coupons if coupon.duration in switches.durations]
