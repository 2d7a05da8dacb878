"""Objects for triggered events: the newest stored one of the right kind, or one made up."""

from sandbox import ids
from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json, loads, public

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
    "customer.discount": "discount",
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
    if event_type == "charge.refunded":
        shown["amount_refunded"] = shown["amount_captured"]
    return shown


def sample(ctx: Context, event_type: str) -> Json:
    """Raises where there is no object of the kind to show."""
    subject = event_type.rsplit(".", 1)[0]
    if subject == "checkout.session":
        return checkout_session(ctx)
    kind = KINDS.get(subject)
    row = None
    if kind:
        sql = "SELECT body FROM objects WHERE type = ? ORDER BY seq DESC LIMIT 1"
        row = ctx.store.db.execute(sql, (kind,)).fetchone()
    if row is None:
        raise invalid(f"There is no object in the store to show in {event_type}; give one as `object`.", "object")
    return _dressed(ctx, event_type, public(loads(row[0])))


_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
_NOTHING = (
    "adaptive_pricing after_expiration allow_promotion_codes billing_address_collection cancel_url"
    " client_reference_id client_secret consent consent_collection currency_conversion customer_account"
    " customer_details customer_email excluded_payment_method_types invoice_creation locale origin_context"
    " payment_intent payment_link payment_method_collection payment_method_configuration_details"
    " permissions phone_number_collection recovered_from saved_payment_method_options setup_intent"
    " shipping_address_collection shipping_cost submit_type total_details url wallet_options"
).split()


def checkout_session(ctx: Context) -> Json:
    """A completed session in mode subscription, tied to the newest subscription if there is one."""
    row = ctx.store.db.execute(
        "SELECT body FROM objects WHERE type = 'subscription' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    owner = loads(row[0]) if row else {}
    return {
        "id": ctx.new_id("cs_test_"),
        "object": "checkout.session",
        **dict.fromkeys(_NOTHING),
        "amount_subtotal": 0,
        "amount_total": 0,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": ctx.now,
        "currency": owner.get("currency", ctx.settings["default_currency"]),
        "custom_fields": [],
        "custom_text": dict.fromkeys(_TEXTS),
        "customer": owner.get("customer"),
        "customer_creation": None,
        "expires_at": ctx.now + 86_400,
        "invoice": owner.get("latest_invoice"),
        "livemode": False,
        "metadata": {},
        "mode": "subscription",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "paid",
        "shipping_options": [],
        "status": "complete",
        "subscription": owner.get("id"),
        "success_url": "https://example.com/welcome/" + ids.token("success", ctx.now, 6),
        "ui_mode": "hosted_page",
    }
