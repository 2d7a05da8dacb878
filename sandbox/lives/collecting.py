"""Collecting an open invoice: the attempt, what a success settles, what a failure sets in motion."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives import charging
from sandbox.lives.attaching import default_for
from sandbox.periods import DAY
from sandbox.schema import subscription_of


def collect(ctx: Context, invoice: Json, method: Json | None = None, retry: bool = True) -> Json:
    """One attempt to charge a stored open invoice with `method` or the default; settles or schedules the next."""
    if invoice["amount_remaining"] == 0:
        return settle(ctx, invoice)
    method = method or _default(ctx, invoice)
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    if method is None:
        return fail(ctx, invoice, retry, action=False)
    intent = charging.confirm(ctx, ctx.load("payment_intent", invoice["_"]["intent"]), method)
    return after_confirm(ctx, invoice, intent, retry)


def after_confirm(ctx: Context, invoice: Json, intent: Json, retry: bool = True) -> Json:
    """What an attempt on the invoice's own intent means for the invoice."""
    invoice["_"]["processing"] = intent["status"] == "processing"
    if intent["status"] == "succeeded":
        return settle(ctx, invoice)
    if intent["status"] == "processing":
        return _wait(ctx, invoice)
    return fail(ctx, invoice, retry, action=intent["status"] == "requires_action")


def _wait(ctx: Context, invoice: Json) -> Json:
    """A bank debit is on its way: the invoice stays open until the bank has answered."""
    ctx.unschedule("invoice.retry", invoice["id"])
    invoice["next_payment_attempt"] = None
    return ctx.update(invoice, "invoice.updated")


def _default(ctx: Context, invoice: Json) -> Json | None:
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    return default_for(ctx, ctx.load("customer", invoice["customer"]), invoice, subscription)


def settle(ctx: Context, invoice: Json, off_stripe: bool = False) -> Json:
    """Marks an open invoice paid, with the events that say so."""
    paid = invoice["amount_due"]
    invoice.update(status="paid", amount_paid=paid, amount_remaining=0, next_payment_attempt=None)
    invoice.update(auto_advance=False, attempted=True)
    if off_stripe:
        invoice.update(amount_paid_off_stripe=paid)
    invoice["status_transitions"]["paid_at"] = ctx.now
    for kind in ("invoice.retry", "invoice.overdue", "invoice.exhausted"):
        ctx.unschedule(kind, invoice["id"])
    if invoice["_"]["payment"] and not off_stripe:
        tie = ctx.load("invoice_payment", invoice["_"]["payment"])
        tie.update(status="paid", amount_paid=paid)
        tie["status_transitions"]["paid_at"] = ctx.now
        ctx.update(tie, "invoice_payment.paid")
    ctx.update(invoice, "invoice.updated", "invoice.paid", "invoice.payment_succeeded")
    _mark_delinquent(ctx, invoice, delinquent=False)
    return invoice


def fail(ctx: Context, invoice: Json, retry: bool, action: bool) -> Json:
    """Notes a failed attempt; with `retry`, the next is scheduled by the settings, or the end of them noted."""
    notes = invoice["_"]
    notes["first_attempt"] = notes["first_attempt"] or ctx.now
    invoice["next_payment_attempt"] = _next_attempt(ctx, invoice) if retry else None
    if invoice["next_payment_attempt"]:
        ctx.schedule("invoice.retry", invoice["id"], invoice["next_payment_attempt"])
    elif retry:
        ctx.schedule("invoice.exhausted", invoice["id"], ctx.now)
    events = ["invoice.payment_action_required"] if action else []
    ctx.update(invoice, "invoice.updated", "invoice.payment_failed", *events)
    _mark_delinquent(ctx, invoice, delinquent=True)
    return invoice


def _next_attempt(ctx: Context, invoice: Json) -> int | None:
    """The first scheduled day after now, counted from the first attempt."""
    first = invoice["_"]["first_attempt"]
    moments = [first + int(day * DAY) for day in ctx.settings["retry_days"]]
    return next((moment for moment in moments if moment > ctx.now), None)


def _mark_delinquent(ctx: Context, invoice: Json, delinquent: bool) -> None:
    customer = ctx.load("customer", invoice["customer"])
    if customer["delinquent"] != delinquent and invoice["amount_due"] > 0:
        customer["delinquent"] = delinquent
        ctx.update(customer, "customer.updated")
