"""A subscription's status as a consequence of its invoices."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.subscriptions import held
from sandbox.lives.subscriptions.schedule import reschedule
from sandbox.state.schema import subscription_of


def follow(ctx: Context, invoice: Json) -> None:
    """Brings the subscription of an invoice to the status that the invoice's own asks for, with its event."""
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    if subscription is None or subscription["status"] in ("canceled", "incomplete_expired"):
        return
    _keep_payment_method(ctx, subscription, invoice)
    if held.holds(subscription, invoice):
        held.follow(ctx, subscription, invoice)
        return
    status = status_after(ctx, subscription, invoice)
    if status != subscription["status"]:
        subscription.update(status=status, ended_at=ctx.now if status == "incomplete_expired" else None)
        reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")


def status_after(ctx: Context, subscription: Json, invoice: Json) -> str:
    """Only the latest invoice heals; any failed one makes an active subscription past due. A first invoice that is
    voided ends an incomplete subscription."""
    status, latest = str(subscription["status"]), subscription["latest_invoice"] == invoice["id"]
    closed = invoice["status"] in ("paid", "void", "uncollectible")
    if status == "incomplete":
        return _after_first(ctx, subscription, invoice) if latest else status
    if closed:
        return "active" if latest and status in ("past_due", "unpaid") else status
    failed = invoice["status"] == "open" and invoice["attempted"] and not invoice["_"].get("processing")
    return "past_due" if failed and status == "active" else status


def _after_first(ctx: Context, subscription: Json, invoice: Json) -> str:
    """Paid, or on its way from a bank: the subscription goes on as it was meant to begin."""
    if invoice["status"] == "void":
        return "incomplete_expired"
    if invoice["status"] != "paid" and not invoice["_"].get("processing"):
        return "incomplete"
    return "trialing" if (subscription["trial_end"] or 0) > ctx.now else "active"


def _keep_payment_method(ctx: Context, subscription: Json, invoice: Json) -> None:
    """`save_default_payment_method: on_subscription`: what paid becomes the default."""
    wanted = subscription["payment_settings"]["save_default_payment_method"] == "on_subscription"
    if wanted and invoice["status"] == "paid" and invoice["_"]["intent"]:
        intent = ctx.load("payment_intent", invoice["_"]["intent"])
        subscription["default_payment_method"] = intent["payment_method"]
