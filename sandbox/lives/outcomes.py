"""What the outcome of a payment intent means for the invoice that it pays, and for its subscription."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives import collecting
from sandbox.lives.standing import follow
from sandbox.schema import subscription_of


def settle_invoice(ctx: Context, intent: Json, *, counted: bool = False) -> None:
    """`counted`: the attempt was counted before, when a debit began. Without an open invoice nothing happens."""
    invoice = ctx.store.get(intent["_"]["invoice"]) if intent["_"]["invoice"] else None
    if invoice is None or invoice["status"] != "open":
        return
    attempts = invoice["attempt_count"] + (0 if counted else 1)
    invoice.update(attempted=True, attempt_count=attempts)
    follow(ctx, collecting.after_confirm(ctx, invoice, intent, retry=not _is_starting(ctx, invoice)))


def _is_starting(ctx: Context, invoice: Json) -> bool:
    """Stripe does not retry the first payment of a subscription that has not begun."""
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    return subscription is not None and subscription["status"] == "incomplete"
