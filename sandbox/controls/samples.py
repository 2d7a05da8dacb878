"""Objects for triggered events: the newest stored one of the right kind, or one made up."""

from sandbox.context import Context
from sandbox.jsons import Json, loads, public
from sandbox.nouns.account.balance import retrieve
from sandbox.protocol.errors import invalid
from sandbox.shapes.checkout_session import checkout_session

KINDS = {
    "customer.subscription": "subscription",
    "customer": "customer",
    "invoice": "invoice",
    "invoice_payment": "invoice_payment",
    "invoiceitem": "invoiceitem",
    "payment_intent": "payment_intent",
    "setup_intent": "setup_intent",
    "payment_method": "payment_method",
    "charge": "charge",
    "refund": "refund",
    "charge.dispute": "dispute",
    "payout": "payout",
    "mandate": "mandate",
    "product": "product",
    "price": "price",
    "billing.meter": "billing.meter",
    "subscription_schedule": "subscription_schedule",
    "coupon": "coupon",
    "promotion_code": "promotion_code",
    "tax_rate": "tax_rate",
    "credit_note": "credit_note",
    "customer.tax_id": "tax_id",
    "customer.discount": "discount",
    "checkout.session": "checkout.session",
    "charge.refund": "refund",
    "payment_link": "payment_link",
}


LOOKS: dict[str, Json] = {
    "customer.subscription.deleted": {"status": "canceled"},
    "customer.subscription.paused": {"status": "paused"},
    "customer.subscription.resumed": {"status": "active"},
    "customer.subscription.trial_will_end": {"status": "trialing"},
    "invoice.created": {"status": "draft", "number": None, "attempted": False},
    "invoice.finalized": {"status": "open", "attempted": False},
    "invoice.payment_failed": {"status": "open", "attempted": True, "amount_paid": 0},
    "invoice.payment_action_required": {"status": "open", "attempted": True, "amount_paid": 0},
    "invoice.paid": {"status": "paid"},
    "invoice.payment_succeeded": {"status": "paid"},
    "payment_intent.succeeded": {"status": "succeeded"},
    "payment_intent.payment_failed": {"status": "requires_payment_method", "amount_received": 0},
    "payment_intent.canceled": {"status": "canceled", "amount_received": 0},
    "payment_method.detached": {"customer": None},
    "charge.succeeded": {"status": "succeeded", "paid": True},
    "charge.failed": {"status": "failed", "paid": False, "captured": False, "amount_captured": 0},
    "charge.refunded": {"refunded": True},
    "checkout.session.completed": {"status": "complete", "payment_status": "paid", "url": None},
    "checkout.session.expired": {"status": "expired", "payment_status": "unpaid", "url": None},
}
"""How an object looks in the event that says so, where the newest stored one is in another state."""
_TIMES = {
    "customer.subscription.deleted": ("canceled_at", "ended_at"),
    "customer.subscription.trial_will_end": ("trial_end",),
    "payment_intent.canceled": ("canceled_at",),
}


def _dressed(ctx: Context, event_type: str, shown: Json) -> Json:
    times = dict.fromkeys(_TIMES.get(event_type, ()), ctx.now)
    shown = {**shown, **LOOKS.get(event_type, {}), **times}
    if shown["object"] == "invoice" and shown["status"] in ("draft", "open"):
        shown["amount_remaining"] = shown["amount_due"]
    if event_type == "invoice.upcoming":
        del shown["id"]
    if event_type == "charge.refunded":
        shown["amount_refunded"] = shown["amount_captured"]
    return shown


def sample(ctx: Context, event_type: str) -> Json:
    """The newest object of the kind, or what the newest event of the type showed. Raises where there is neither."""
    subject = event_type.rsplit(".", 1)[0]
    if subject == "balance":
        return retrieve(ctx)
    shown = _newest(ctx, "type = ?", KINDS.get(subject, subject))
    if shown is not None:
        return _dressed(ctx, event_type, shown)
    if subject == "checkout.session":
        return _dressed(ctx, event_type, made_up_session(ctx))
    event = _newest(ctx, "type = 'event' AND tag = ?", event_type)
    if event is None:
        raise invalid(f"There is no object in the store to show in {event_type}; give one as `object`.", "object")
    return dict(event["data"]["object"])


def _newest(ctx: Context, where: str, value: str) -> Json | None:
    """The newest one that was not deleted."""
    alive = "json_extract(CAST(body AS TEXT), '$.deleted') IS NULL"
    sql = f"SELECT body FROM objects WHERE {where} AND {alive} ORDER BY created DESC, seq DESC LIMIT 1"  # noqa: S608 - ours
    row = ctx.store.db.execute(sql, (value,)).fetchone()
    return public(loads(row[0])) if row else None


def made_up_session(ctx: Context) -> Json:
    """Where there is no session: a completed one in mode subscription, tied to the newest subscription if there is
    one."""
    owner = _newest(ctx, "type = ?", "subscription") or {}
    made = checkout_session(ctx.new_id("cs_test_"), ctx.now, "subscription")
    names = ("customer", "currency")
    made.update({name: owner.get(name) for name in names}, subscription=owner.get("id"))
    made.update(invoice=owner.get("latest_invoice"), status="complete", payment_status="paid")
    made.update(amount_subtotal=0, amount_total=0, success_url="https://example.com/welcome")
    return public(made)
