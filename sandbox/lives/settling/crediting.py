"""Payments that were attached to an invoice: each that succeeds is credited, in parts if need be."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import collecting, finalizing
from sandbox.lives.payments.balances import change_balance
from sandbox.lives.subscriptions.standing import follow
from sandbox.shapes.invoice_payment import invoice_payment


def attach(ctx: Context, invoice: Json, intent: Json) -> Json:
    """Ties a stored intent to an open invoice; what it has paid already is credited at once."""
    tie = invoice_payment(ctx.new_id("inpay_"), ctx.now, invoice, intent)
    tie.update(is_default=False, amount_requested=intent["amount"])
    ctx.create(tie)
    intent["_"].update(invoice=invoice["id"], tie=tie["id"])
    ctx.store.put(intent)
    follow_attached(ctx, invoice, intent)
    return invoice


def follow_attached(ctx: Context, invoice: Json, intent: Json) -> None:
    """After something happened to an attached intent: a success counts, a failure leaves the invoice as it is."""
    tie = ctx.load("invoice_payment", intent["_"]["tie"])
    if intent["status"] == "succeeded" and tie["status"] == "open":
        _credit(ctx, invoice, tie, intent["amount_received"])
        follow(ctx, invoice)


def _credit(ctx: Context, invoice: Json, tie: Json, amount: int) -> None:
    collecting.mark_tie_paid(ctx, tie, amount)
    used = min(amount, invoice["amount_remaining"])
    invoice["amount_paid"] += used
    invoice["amount_remaining"] -= used
    if amount > used:
        _overpay(ctx, invoice, amount - used)
    if invoice["amount_remaining"] == 0:
        finalizing.cancel_payment(ctx, invoice, "automatic")
        collecting.settle(ctx, invoice)
    else:
        ctx.update(invoice, "invoice.updated")


def _overpay(ctx: Context, invoice: Json, extra: int) -> None:
    """What was paid too much becomes credit of the customer."""
    invoice["amount_overpaid"] += extra
    customer = ctx.store.get(invoice["customer"])
    if customer is not None and not customer.get("deleted"):
        change_balance(ctx, customer, -extra, "invoice_overpaid", invoice["id"])
    ctx.emit("invoice.overpaid", invoice)
