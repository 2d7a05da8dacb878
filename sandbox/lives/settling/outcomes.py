"""What the outcome of a payment intent means for the invoice that it pays, and for its subscription."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import collecting, retrying
from sandbox.lives.settling import crediting
from sandbox.lives.subscriptions.standing import follow
from sandbox.state.schema import subscription_of


def settle_invoice(ctx: Context, intent: Json, *, counted: bool = False) -> None:
    """`counted`: the attempt was counted before, when a debit began. Without an open invoice nothing happens."""
    invoice = ctx.store.get(intent["_"]["invoice"]) if intent["_"]["invoice"] else None
    if invoice is None or invoice["status"] != "open":
        return
    if intent["_"].get("tie"):
        crediting.follow_attached(ctx, invoice, intent)
        return
    follows = counted or retrying.count(invoice, automatic=False)
    if intent["last_payment_error"]:
        retrying.bar(invoice, intent, intent["last_payment_error"]["payment_method"])
    wanted = follows and not _is_starting(ctx, invoice)
    follow(ctx, collecting.after_confirm(ctx, invoice, intent, retry=wanted))


def _is_starting(ctx: Context, invoice: Json) -> bool:
    """Stripe does not retry the first payment of a subscription that has not begun."""
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    return subscription is not None and subscription["status"] == "incomplete"
