"""Collecting an open invoice: the attempt, what a success settles, what a failure sets in motion."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import retrying
from sandbox.lives.payments import charging
from sandbox.lives.payments.attaching import default_for
from sandbox.state.schema import subscription_of


def collect(
    ctx: Context,
    invoice: Json,
    method: Json | None = None,
    retry: bool = True,
    *,
    automatic: bool = True,
    off_session: bool | None = None,
) -> Json:
    """One attempt to charge a stored open invoice with `method` or the default; settles, or schedules the next (with
    `retry`). `automatic`: by the schedule, not by a request. `off_session`: whether the customer is away."""
    if invoice["amount_remaining"] == 0:
        return settle(ctx, invoice)
    method = method or _default(ctx, invoice)
    follows = retrying.count(invoice, automatic) and retry
    if method is None:
        return fail(ctx, invoice, follows, action=False)
    if automatic and retrying.is_barred(invoice, method):
        return _skip(ctx, invoice, follows)
    away = _is_away(ctx, invoice) if off_session is None else off_session
    intent = charging.confirm(ctx, _intent_of(ctx, invoice), method, off_session=away)
    retrying.bar(invoice, intent, method)
    return after_confirm(ctx, invoice, intent, follows)


def _is_away(ctx: Context, invoice: Json) -> bool:
    """The customer is away unless a request begins or changes a subscription, as it may say otherwise itself."""
    asked = ctx.param("off_session")
    if ctx.request_id is None or asked is not None:
        return asked is not False
    return invoice["billing_reason"] not in ("subscription_create", "subscription_update")


def _intent_of(ctx: Context, invoice: Json) -> Json:
    """The invoice's own intent, for what remains to be paid."""
    intent = ctx.load("payment_intent", invoice["_"]["intent"])
    if intent["amount"] != invoice["amount_remaining"]:
        intent["amount"] = invoice["amount_remaining"]
        tie = ctx.load("invoice_payment", invoice["_"]["payment"])
        ctx.store.put({**tie, "amount_requested": intent["amount"]})
    return intent


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


def _skip(ctx: Context, invoice: Json, follows: bool) -> Json:
    """A retry that comes and goes without a charge, as there is no other method than the one that was refused."""
    if follows:
        retrying.plan(ctx, invoice)
    return ctx.update(invoice, "invoice.updated")


def _default(ctx: Context, invoice: Json) -> Json | None:
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    return default_for(ctx, ctx.load("customer", invoice["customer"]), invoice, subscription)


def settle(ctx: Context, invoice: Json, off_stripe: bool = False) -> Json:
    """Marks an open invoice paid, with the events that say so."""
    rest = invoice["amount_remaining"]
    invoice.update(status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, next_payment_attempt=None)
    invoice.update(auto_advance=False, attempted=True)
    if off_stripe:
        invoice.update(amount_paid_off_stripe=rest)
    invoice["status_transitions"]["paid_at"] = ctx.now
    for kind in ("invoice.retry", "invoice.overdue", "invoice.exhausted"):
        ctx.unschedule(kind, invoice["id"])
    if invoice["_"]["payment"] and not off_stripe:
        tie = ctx.load("invoice_payment", invoice["_"]["payment"])
        if tie["status"] == "open":
            mark_tie_paid(ctx, tie, rest)
    ctx.update(invoice, "invoice.updated", "invoice.paid", "invoice.payment_succeeded")
    _mark_delinquent(ctx, invoice, delinquent=False)
    return invoice


def mark_tie_paid(ctx: Context, tie: Json, amount: int) -> None:
    tie.update(status="paid", amount_paid=amount)
    tie["status_transitions"]["paid_at"] = ctx.now
    ctx.update(tie, "invoice_payment.paid")


def fail(ctx: Context, invoice: Json, retry: bool, action: bool) -> Json:
    """Notes a failed attempt; with `retry`, the next is scheduled by the settings, or the end of them noted. An
    invoice that no longer advances by itself, as after the end of its subscription, is not tried again."""
    if retry and invoice["auto_advance"]:
        retrying.plan(ctx, invoice)
    events = ["invoice.payment_action_required"] if action else []
    ctx.update(invoice, "invoice.updated", "invoice.payment_failed", *events)
    _mark_delinquent(ctx, invoice, delinquent=True)
    return invoice


def _mark_delinquent(ctx: Context, invoice: Json, delinquent: bool) -> None:
    customer = ctx.store.get(invoice["customer"])
    if customer is None or customer.get("deleted"):
        return
    if customer["delinquent"] != delinquent and invoice["amount_due"] > 0:
        customer["delinquent"] = delinquent
        ctx.update(customer, "customer.updated")
