"""The last invoice of a subscription: what still waits of it, and what was used in the period that ends."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import collecting, discounting, finalizing
from sandbox.lives.invoices.invoicing import draft, pull_pending
from sandbox.lives.subscriptions import cycles, debits, ending
from sandbox.lives.subscriptions.proration import is_metered


def prepare(ctx: Context, subscription: Json, reason: str, keeps_empty: bool = False) -> Json | None:
    """The draft of the last invoice, or None where there is nothing to put on it. A draft that waits for its hour is
    also made for usage of nothing, which late events may still change."""
    ended = {
        item["id"]: (item["current_period_start"], min(ctx.now, item["current_period_end"]))
        for item in subscription["items"]["data"]
        if is_metered(item) and item["current_period_start"] < ctx.now
    }
    metered = [item for item in subscription["items"]["data"] if item["id"] in ended]
    lines = cycles.period_lines(ctx, subscription, metered, ended) if metered else []
    waiting = ctx.store.find("invoiceitem", customer=subscription["customer"], tag=subscription["id"])
    empty = keeps_empty and lines and subscription["status"] != "trialing"
    if not (waiting or empty or any(entry["amount"] for entry in lines)):
        return None
    customer = ctx.load("customer", subscription["customer"])
    made = draft(
        ctx, customer, reason=reason, lines=lines, subscription=subscription, currency=subscription["currency"]
    )
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=False)
    debits.link(subscription, made)
    discounting.drop_ended(ctx, subscription)
    subscription["latest_invoice"] = made["id"]
    return made


def at_its_moment(ctx: Context, subscription: Json, reason: str | None) -> None:
    """A cancellation that was asked for: its last invoice is finalized like a renewal's."""
    made = prepare(ctx, subscription, "subscription_cycle", keeps_empty=True)
    if made is not None:
        cycles.await_finalization(ctx, subscription, made)
    ending.end(ctx, subscription, reason, last_invoice=made["id"] if made else None)


def now(ctx: Context, subscription: Json) -> None:
    """`invoice_now`: finalized and collected at once; a failed charge is not tried again."""
    made = prepare(ctx, subscription, "subscription_update")
    if made is None:
        return
    finalizing.finalize(ctx, made)
    if made["amount_due"] == 0 or subscription["collection_method"] == "charge_automatically":
        collecting.collect(ctx, made, retry=False)
