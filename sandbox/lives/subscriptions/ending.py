"""The end of a subscription: at once, at its period's end, or because nobody paid."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import finalizing
from sandbox.lives.subscriptions.schedule import reschedule
from sandbox.lives.subscriptions.schedule_standing import subscription_ended


def end(
    ctx: Context,
    subscription: Json,
    reason: str | None = None,
    *,
    keep_prorations: bool = False,
    last_invoice: str | None = None,
) -> Json:
    """Canceled now. Drafts but `last_invoice` stop advancing; open invoices stay as they are, without retries.
    Waiting prorations are dropped unless kept; what waits otherwise comes on the customer's next invoice."""
    subscription.update(status="canceled", ended_at=ctx.now, pause_collection=None, pending_update=None)
    subscription["next_pending_invoice_item_invoice"] = None
    subscription["canceled_at"] = subscription["canceled_at"] or ctx.now
    subscription["_"].pop("held", None)
    if reason:
        subscription["cancellation_details"]["reason"] = reason
    _leave_waiting(ctx, subscription, keep_prorations)
    for status in ("draft", "open"):
        for invoice in ctx.store.find("invoice", parent=subscription["id"], status=status):
            if invoice["id"] != last_invoice:
                _stop(ctx, invoice)
    reschedule(ctx, subscription)
    ctx.store.put(subscription)
    ctx.emit("customer.subscription.deleted", subscription)
    subscription_ended(ctx, subscription, reason)
    return subscription


def _leave_waiting(ctx: Context, subscription: Json, keep_prorations: bool) -> None:
    for item in ctx.store.find("invoiceitem", customer=subscription["customer"], tag=subscription["id"]):
        if item["proration"] and not keep_prorations:
            ctx.store.drop(item["id"])
        else:
            item["_"]["waits_for"] = "customer"
            ctx.store.put(item)


def _stop(ctx: Context, invoice: Json) -> None:
    for kind in ("invoice.finalize", "invoice.retry"):
        ctx.unschedule(kind, invoice["id"])
    invoice.update(auto_advance=False, automatically_finalizes_at=None, next_payment_attempt=None)
    ctx.update(invoice, "invoice.updated")


def expire(ctx: Context, subscription: Json) -> None:
    """An incomplete subscription whose first invoice was not paid within 23 hours."""
    for invoice in ctx.store.find("invoice", parent=subscription["id"], status="open"):
        finalizing.void(ctx, invoice)
    subscription.update(status="incomplete_expired", ended_at=ctx.now)
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")
