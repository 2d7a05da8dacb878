"""What a subscription is to, and what it costs, in words."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing.domain.money import half_even
from billing.models import Price, Subscription, SubscriptionItem
from billing.templatetags.parts import NOTHING, money_part, number_part
from billing.templatetags.viewer import Viewer

EVERY = {"day": "a day", "week": "a week", "month": "a month", "year": "a year"}
MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Charge:
    """What one item charges per period: minor units before discounts and tax; None where tiers or usage decide."""

    amount: int | None
    currency: str
    interval: str
    count: int

    @property
    def monthly(self) -> int | None:
        """A month's share, rounded half even; None for weekly and daily prices, which have no whole months."""
        months = MONTHS.get(self.interval, 0) * self.count
        return half_even(Fraction(self.amount, months)) if self.amount is not None and months else None


def earns(subscription: Subscription) -> bool:
    """Whether its price is in the MRR of the default policy: trials and what is not collected are not."""
    paused = subscription.pause_behavior in ("void", "mark_uncollectible")
    return subscription.status in ("active", "past_due") and not paused


def price_of(item: SubscriptionItem) -> Price | None:
    """The item's price; None while Stripe has not told us of it."""
    price: Price | None = getattr(item, "price", None)
    return price


def charge_of(price: Price | None, quantity: int | None) -> Charge | None:
    if price is None:
        return None
    fixed = price.unit_amount is not None and price.usage_type != "metered"
    amount = (price.unit_amount or 0) * (quantity if quantity is not None else 1) if fixed else None
    return Charge(amount, price.currency, price.interval, price.interval_count)


def item_words(item: SubscriptionItem) -> str:
    """Premium × 3; the price's own name where it belongs to no plan that we know."""
    price = price_of(item)
    plan = getattr(price, "plan", None) if price else None
    name = str(plan or price or item.price_id)
    return f"{name} × {item.quantity}" if item.quantity not in (None, 1) else name


def subscription_words(subscription: Subscription) -> str:
    return ", ".join(item_words(item) for item in subscription.items.all()) or "no items"


def charge_part(charge: Charge | None, viewer: Viewer) -> SafeString:
    """$79.00 a month."""
    if charge is None or charge.amount is None:
        return NOTHING
    every = EVERY.get(charge.interval, "once") if charge.count == 1 else f"every {charge.count} {charge.interval}s"
    return format_html("{} {}", money_part(charge.amount, charge.currency, viewer), every)


def quantity_part(quantity: int | None, viewer: Viewer) -> SafeString:
    return number_part(quantity, viewer)
