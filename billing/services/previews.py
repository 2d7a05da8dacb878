"""What a change or a start would cost, in Stripe's own figures, and a token that holds Stripe to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from billing.gateway import fields
from billing.gateway.errors import Refused, StripeFault
from billing.gateway.fields import moment
from billing.gateway.previews import preview_invoice
from billing.models import Organization, Subscription, SubscriptionItem
from billing.services.errors import Cannot, StripeRefused, StripeUnavailable
from billing.services.guarded import MoneyEffect, Parameters
from billing.services.prices import price_of

LIFE = timedelta(minutes=15)
SALT = "countinghouse.preview"


class PreviewStale(Cannot):
    """What the preview showed is no longer what would happen; make a new one."""

    code = "preview_stale"


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """`amount` in minor units; negative for a credit."""

    description: str
    amount: int
    period_start: datetime | None
    period_end: datetime | None
    proration: bool


@dataclass(frozen=True, slots=True)
class PreviewNext:
    at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The invoice that would be made now; lines sum to `subtotal`, amounts in minor units of `currency`.
    `due_now` is what is collected after the customer's balance."""

    token: str
    expires_at: datetime
    currency: str
    lines: list[PreviewLine]
    subtotal: int
    tax: int
    total: int
    due_now: int
    next_invoice: PreviewNext | None


@dataclass(frozen=True, slots=True)
class PreviewTerms:
    """What a token promises: price and quantity, as of `proration_date` (Unix seconds)."""

    price: str
    quantity: int | None
    proration_date: int

    def check(self, *, price: str, quantity: int | None) -> None:
        if (self.price, self.quantity) != (price, quantity):
            raise PreviewStale("The preview was made for another plan or quantity; make a new one.")


def preview_change(
    *, subscription: Subscription, plan_code: str, interval: str = "", quantity: int | None = None, now: datetime
) -> Preview:
    """Preview a change of plan at `now` (UTC, Stripe's clock).

    `subscription` comes with its items and their prices. Raises UnknownPlan, StripeRefused, StripeUnavailable, and
    PreviewStale where no item has a plan.
    """
    item = _changed_item(subscription)
    price = price_of(plan_code, interval or item.price.interval, subscription.currency)
    wanted = item.quantity if quantity is None else quantity
    date = int(now.timestamp())
    invoice = _ask(
        customer=subscription.organization.stripe_customer_id,
        subscription=subscription.stripe_id,
        subscription_details={
            "items": [{"id": item.stripe_id, "price": price.stripe_id, "quantity": wanted}],
            "proration_behavior": "always_invoice",
            "proration_date": date,
        },
    )
    token = signing.dumps(
        {
            "subscription": subscription.stripe_id,
            "period": stamp(subscription.current_period_start),
            "price": price.stripe_id,
            "quantity": wanted,
            "date": date,
        },
        salt=SALT,
    )
    return _preview(
        invoice, token, now, _next(price.unit_amount, wanted, item.price.interval == price.interval, subscription)
    )


def _changed_item(subscription: Subscription) -> SubscriptionItem:
    """The first item with a plan, of those that were loaded with the subscription: a customer's request may read
    no others now."""
    for item in subscription.items.all():
        if item.price.usage_type != "metered":
            return item
    raise PreviewStale("The subscription has no item to change.", code="no_item")


def change_effect(subscription: Subscription, parameters: Parameters) -> MoneyEffect:
    """What a guarded change of plan would move: the invoice made now, charged or credited. Computed for the same second
    it is the same until the renewal. Raises as `preview_change` does, and PreviewStale after a renewal."""
    date = parameters["proration_date"]
    if date is not None and parameters["period"] != stamp(subscription.current_period_start):
        raise PreviewStale("The subscription has renewed since.")
    made = preview_change(
        subscription=subscription,
        plan_code=parameters["plan_code"],
        interval=parameters["interval"],
        quantity=parameters["quantity"],
        now=timezone.now() if date is None else datetime.fromtimestamp(date, UTC),
    )
    following = made.next_invoice
    facts = {
        "lines": [[line.description, line.amount] for line in made.lines],
        "subtotal": made.subtotal,
        "tax": made.tax,
        "total": made.total,
        "due_now": made.due_now,
        "next_invoice": [following.at.isoformat(), following.amount] if following else None,
    }
    return MoneyEffect(abs(made.total), made.currency, facts)


def preview_of(effect: MoneyEffect) -> Preview:
    """The figures that `change_effect` kept, as a preview without a token."""
    facts = effect.facts
    following = facts["next_invoice"]
    return Preview(
        token="",
        expires_at=datetime.max.replace(tzinfo=UTC),
        currency=effect.currency,
        lines=[PreviewLine(text, amount, None, None, proration=False) for text, amount in facts["lines"]],
        subtotal=facts["subtotal"],
        tax=facts["tax"],
        total=facts["total"],
        due_now=facts["due_now"],
        next_invoice=PreviewNext(datetime.fromisoformat(following[0]), following[1]) if following else None,
    )


def preview_start(
    *, organization: Organization, plan_code: str, interval: str = "month", quantity: int = 1, now: datetime
) -> Preview:
    """Preview the first invoice of a new subscription. Raises UnknownPlan, StripeRefused, StripeUnavailable."""
    price = price_of(plan_code, interval, organization.currency)
    invoice = _ask(
        customer=organization.stripe_customer_id,
        subscription_details={"items": [{"price": price.stripe_id, "quantity": quantity}]},
    )
    return _preview(invoice, "", now, None)


def read_token(token: str, subscription: Subscription) -> PreviewTerms:
    """Raises PreviewStale for a token that is too old, forged, of another subscription, or from before a renewal."""
    try:
        content: Mapping[str, Any] = signing.loads(token, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        raise PreviewStale("The preview is older than 15 minutes or not ours; make a new one.") from None
    if content["subscription"] != subscription.stripe_id:
        raise PreviewStale("The preview is of another subscription; make a new one.")
    if content["period"] != stamp(subscription.current_period_start):
        raise PreviewStale("The subscription has renewed since the preview; make a new one.")
    return PreviewTerms(content["price"], content["quantity"], content["date"])


def _ask(**parameters: Any) -> dict[str, Any]:
    try:
        return preview_invoice(**parameters)
    except Refused as fault:
        raise StripeRefused(fault.message, code=fault.code) from fault
    except StripeFault as fault:
        raise StripeUnavailable(
            "Stripe does not answer at the moment; nothing was changed. Try again.", retry_after=fault.retry_after
        ) from fault


def _preview(invoice: dict[str, Any], token: str, now: datetime, following: PreviewNext | None) -> Preview:
    return Preview(
        token=token,
        expires_at=now + LIFE,
        currency=invoice["currency"],
        lines=[_line(line) for line in fields.rows(invoice["lines"])],
        subtotal=invoice["subtotal"],
        tax=fields.invoice_tax(invoice),
        total=invoice["total"],
        due_now=invoice["amount_due"],
        next_invoice=following,
    )


def _line(line: Mapping[str, Any]) -> PreviewLine:
    period = line.get("period") or {}
    return PreviewLine(
        description=line.get("description") or "",
        amount=line["amount"],
        period_start=moment(period.get("start")),
        period_end=moment(period.get("end")),
        proration=fields.line_is_proration(line),
    )


def _next(
    unit: int | None, quantity: int | None, same_interval: bool, subscription: Subscription
) -> PreviewNext | None:
    """The renewal after the change, where its date stays and the price is plain; else it is not said."""
    if unit is None or not same_interval or subscription.current_period_end is None:
        return None
    return PreviewNext(subscription.current_period_end, unit * (quantity or 1))


def stamp(moment_: datetime | None) -> int | None:
    """Unix seconds, as Stripe counts them."""
    return int(moment_.timestamp()) if moment_ else None
