"""What remains to be paid on an open invoice, when something other than its own payment made it less (or more)."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import collecting, finalizing
from sandbox.lives.subscriptions.standing import follow


def changed(ctx: Context, invoice: Json) -> Json:
    """After `amount_remaining` was set: the invoice's own payment asks for as much; with nothing left it is paid."""
    if invoice["amount_remaining"] == 0:
        finalizing.cancel_payment(ctx, invoice, "automatic")
        follow(ctx, collecting.settle(ctx, invoice))
        _clear_name(ctx, invoice)
        return invoice
    if invoice["_"]["intent"]:
        intent = ctx.load("payment_intent", invoice["_"]["intent"])
        ctx.update({**intent, "amount": invoice["amount_remaining"]})
        tie = ctx.load("invoice_payment", invoice["_"]["payment"])
        ctx.update({**tie, "amount_requested": invoice["amount_remaining"]})
    return ctx.update(invoice, "invoice.updated")


def _clear_name(ctx: Context, invoice: Json) -> None:
    """The customer owes nothing for it any more, although nothing was collected."""
    customer = ctx.load("customer", invoice["customer"])
    if customer["delinquent"]:
        ctx.update({**customer, "delinquent": False}, "customer.updated")
