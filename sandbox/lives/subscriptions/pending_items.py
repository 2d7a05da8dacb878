"""`pending_invoice_item_interval`: what waits for a subscription is invoiced more often than it renews."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import discounting
from sandbox.lives.invoices.invoicing import draft, pull_pending
from sandbox.lives.subscriptions import cycles, debits
from sandbox.lives.subscriptions.schedule import reschedule
from sandbox.money.periods import next_boundary
from sandbox.protocol.errors import invalid

_MOST = {"day": 365, "week": 52, "month": 12, "year": 1}


def set_interval(ctx: Context, subscription: Json, given: Json | None) -> None:
    """At most a year; counted from the subscription's anchor."""
    if given is not None:
        given = {"interval": given["interval"], "interval_count": given.get("interval_count", 1)}
        if given["interval_count"] > _MOST[given["interval"]]:
            raise invalid(
                "The maximum pending_invoice_item_interval is one year.",
                "pending_invoice_item_interval[interval_count]",
            )
    subscription["pending_invoice_item_interval"] = given
    set_next(ctx, subscription)


def set_next(ctx: Context, subscription: Json) -> None:
    every = subscription["pending_invoice_item_interval"]
    anchor = subscription["billing_cycle_anchor"]
    subscription["next_pending_invoice_item_invoice"] = (
        next_boundary(anchor, every["interval"], every["interval_count"], ctx.now) if every else None
    )


def prepare(ctx: Context, subscription: Json) -> Json | None:
    """The draft of what waits, or None where nothing does."""
    if not ctx.store.find("invoiceitem", customer=subscription["customer"], tag=subscription["id"]):
        return None
    customer = ctx.load("customer", subscription["customer"])
    currency = subscription["currency"]
    made = draft(ctx, customer, reason="manual", lines=[], subscription=subscription, currency=currency)
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=False)
    debits.link(subscription, made)
    discounting.drop_ended(ctx, subscription)
    subscription["latest_invoice"] = made["id"]
    return made


def invoice(ctx: Context, subscription: Json) -> None:
    """The moment has come: what waits goes on an invoice that is finalized like a renewal's."""
    set_next(ctx, subscription)
    made = prepare(ctx, subscription)
    if made is not None:
        cycles.await_finalization(ctx, subscription, made)
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")
