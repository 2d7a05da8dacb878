"""Due work of invoices."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.lives.invoices import collecting, finalizing
from sandbox.lives.subscriptions import ending
from sandbox.lives.subscriptions.standing import follow
from sandbox.state.schema import subscription_of


def finalize_invoice(ctx: Context, invoice_id: str) -> None:
    """A renewal's draft, an hour later: opened, and collected or sent."""
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] != "draft":
        return
    finalizing.finalize(ctx, invoice)
    if invoice["amount_due"] == 0:
        collecting.settle(ctx, invoice)
    elif invoice["collection_method"] == "charge_automatically":
        collecting.collect(ctx, invoice)
    else:
        ctx.emit("invoice.sent", invoice)
    follow(ctx, invoice)


def retry_invoice(ctx: Context, invoice_id: str) -> None:
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] == "open":
        follow(ctx, collecting.collect(ctx, invoice))


def exhaust_invoice(ctx: Context, invoice_id: str) -> None:
    """No attempt is left: the subscription becomes what the settings say."""
    invoice = ctx.load("invoice", invoice_id)
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    if invoice["status"] == "open" and ctx.settings["invoice_after_retries"] == "uncollectible":
        finalizing.mark_uncollectible(ctx, invoice)
    if subscription is None or subscription["status"] != "past_due" or invoice["status"] == "paid":
        return
    after = ctx.settings["after_retries"]
    if after == "canceled":
        ending.end(ctx, subscription, "payment_failed")
    elif after == "unpaid":
        subscription["status"] = "unpaid"
        ctx.update(subscription, "customer.subscription.updated")


def overdue_invoice(ctx: Context, invoice_id: str) -> None:
    """A sent invoice that was not paid by its due date."""
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] == "open":
        ctx.emit("invoice.overdue", invoice)
        invoice["attempted"] = True
        ctx.update(invoice, "invoice.updated")
        follow(ctx, invoice)


def announce_due_date(ctx: Context, invoice_id: str) -> None:
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] == "open":
        ctx.emit("invoice.will_be_due", invoice)


WORKS: dict[str, Work] = {
    "invoice.finalize": finalize_invoice,
    "invoice.retry": retry_invoice,
    "invoice.exhausted": exhaust_invoice,
    "invoice.overdue": overdue_invoice,
    "invoice.will_be_due": announce_due_date,
}
