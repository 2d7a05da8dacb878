"""The end of a subscription: at once, at its period's end, or because nobody paid."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives import finalizing
from sandbox.lives.schedule import reschedule
from sandbox.lives.schedule_standing import subscription_ended


def end(ctx: Context, subscription: Json, reason: str | None = None) -> Json:
    """Canceled now. Waiting prorations are dropped; drafts stop advancing; open invoices stay as they are."""
    subscription.update(status="canceled", ended_at=ctx.now, pause_collection=None)
    subscription["canceled_at"] = subscription["canceled_at"] or ctx.now
    if reason:
        subscription["cancellation_details"]["reason"] = reason
    for item in ctx.store.find("invoiceitem", customer=subscription["customer"], tag=subscription["id"]):
        ctx.store.drop(item["id"])
    for invoice in ctx.store.find("invoice", parent=subscription["id"], status="draft"):
        ctx.unschedule("invoice.finalize", invoice["id"])
        invoice.update(auto_advance=False, automatically_finalizes_at=None)
        ctx.update(invoice, "invoice.updated")
    for invoice in ctx.store.find("invoice", parent=subscription["id"], status="open"):
        ctx.unschedule("invoice.retry", invoice["id"])
        invoice.update(auto_advance=False, next_payment_attempt=None)
        ctx.update(invoice, "invoice.updated")
    reschedule(ctx, subscription)
    ctx.store.put(subscription)
    ctx.emit("customer.subscription.deleted", subscription)
    subscription_ended(ctx, subscription, reason)
    return subscription


def expire(ctx: Context, subscription: Json) -> None:
    """An incomplete subscription whose first invoice was not paid within 23 hours."""
    for invoice in ctx.store.find("invoice", parent=subscription["id"], status="open"):
        finalizing.void(ctx, invoice)
    subscription.update(status="incomplete_expired", ended_at=ctx.now)
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")
