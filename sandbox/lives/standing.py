"""A subscription's status as a consequence of its invoices."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.schedule import reschedule
from sandbox.schema import subscription_of


def follow(ctx: Context, invoice: Json) -> None:
    """Brings the subscription of an invoice to the status that the invoice's own asks for, with its event."""
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    if subscription is None or subscription["status"] in ("canceled", "incomplete_expired", "paused"):
        return
    status = status_after(subscription, invoice)
    _keep_payment_method(ctx, subscription, invoice)
    if status != subscription["status"]:
        subscription["status"] = status
        reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")


def status_after(subscription: Json, invoice: Json) -> str:
    """Only the latest invoice heals; any failed one makes an active subscription past due."""
    status, latest = str(subscription["status"]), subscription["latest_invoice"] == invoice["id"]
    if invoice["status"] == "paid":
        return "active" if latest and status in ("incomplete", "past_due", "unpaid") else status
    if invoice["status"] in ("void", "uncollectible"):
        return "active" if latest and status in ("past_due", "unpaid") else status
    if invoice["status"] == "open" and invoice["_"].get("processing"):
        return "active" if latest and status == "incomplete" else status
    failed = invoice["status"] == "open" and invoice["attempted"]
    return "past_due" if failed and status == "active" else status


def _keep_payment_method(ctx: Context, subscription: Json, invoice: Json) -> None:
    """`save_default_payment_method: on_subscription`: what paid becomes the default."""
    wanted = subscription["payment_settings"]["save_default_payment_method"] == "on_subscription"
    if wanted and invoice["status"] == "paid" and invoice["_"]["intent"]:
        intent = ctx.load("payment_intent", invoice["_"]["intent"])
        subscription["default_payment_method"] = intent["payment_method"]
