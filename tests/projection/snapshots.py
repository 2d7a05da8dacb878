"""Snapshots of Stripe's objects in the shapes of the pinned API version, with as little said as possible.

Every builder takes what a test is about as keywords, which replace the top-level fields. What Stripe may leave
out or send as null is null or absent here; tests/projection compares the shapes with the SDK's annotations.
"""

from typing import Any

Snapshot = dict[str, Any]

START = 1_767_225_600  # 2026-01-01T00:00:00Z
DAY = 86_400
MONTH = 31 * DAY


def listing(url: str, *rows: Snapshot, has_more: bool = False) -> Snapshot:
    return {"object": "list", "data": list(rows), "has_more": has_more, "url": url}


def _object(kind: str, stripe_id: str, defaults: Snapshot, given: Snapshot) -> Snapshot:
    return {"id": stripe_id, "object": kind, "created": START, "livemode": False, "metadata": {}, **defaults, **given}


def customer(stripe_id: str = "cus_1", **given: Any) -> Snapshot:
    settings = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}
    defaults = {
        "address": None,
        "balance": 0,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "email": "billing@example.com",
        "invoice_prefix": "ABCDEF12",
        "invoice_settings": settings,
        "name": "Acme",
        "phone": None,
        "shipping": None,
        "tax_exempt": "none",
    }
    return _object("customer", stripe_id, defaults, given)


def deleted_stub(stripe_id: str = "cus_1", kind: str = "customer") -> Snapshot:
    """All that Stripe answers for a customer that was deleted."""
    return {"id": stripe_id, "object": kind, "deleted": True}


def product(stripe_id: str = "prod_1", **given: Any) -> Snapshot:
    defaults = {
        "active": True,
        "default_price": None,
        "description": None,
        "images": [],
        "marketing_features": [],
        "name": "Premium",
        "type": "service",
        "updated": START,
        "url": None,
    }
    return _object("product", stripe_id, defaults, given)


def recurring(interval: str = "month", **given: Any) -> Snapshot:
    defaults = {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"}
    return {"interval": interval, **defaults, **given}


def price(stripe_id: str = "price_1", **given: Any) -> Snapshot:
    defaults = {
        "active": True,
        "billing_scheme": "per_unit",
        "currency": "usd",
        "custom_unit_amount": None,
        "lookup_key": None,
        "nickname": None,
        "product": "prod_1",
        "recurring": recurring(),
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": 2900,
        "unit_amount_decimal": "2900",
    }
    return _object("price", stripe_id, defaults, given)


def plan(of: Snapshot) -> Snapshot:
    """The old name of a recurring price, which Stripe still sends beside it."""
    copied = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata", "product")
    terms = of["recurring"]
    return {
        **{key: of[key] for key in copied},
        "object": "plan",
        "amount": of["unit_amount"],
        "interval": terms["interval"],
        "interval_count": terms["interval_count"],
        "usage_type": terms["usage_type"],
    }


def card(**given: Any) -> Snapshot:
    defaults = {
        "brand": "visa",
        "checks": None,
        "country": "US",
        "display_brand": "visa",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "Xt5EWLLDS7FJjR1c",
        "funding": "credit",
        "last4": "4242",
        "wallet": None,
    }
    return {**defaults, **given}


def payment_method(stripe_id: str = "pm_1", **given: Any) -> Snapshot:
    billing = dict.fromkeys(("address", "email", "name", "phone", "tax_id"))
    defaults = {"billing_details": billing, "card": card(), "customer": "cus_1", "type": "card"}
    return _object("payment_method", stripe_id, defaults, given)


def item(stripe_id: str = "si_1", of: Snapshot | None = None, **given: Any) -> Snapshot:
    """A subscription item; `of` is its price."""
    priced = of or price()
    defaults = {
        "billing_thresholds": None,
        "created": START,
        "current_period_end": START + MONTH,
        "current_period_start": START,
        "discounts": [],
        "metadata": {},
        "plan": plan(priced),
        "price": priced,
        "quantity": 1,
        "subscription": "sub_1",
        "tax_rates": [],
    }
    return {"id": stripe_id, "object": "subscription_item", **defaults, **given}


def subscription(stripe_id: str = "sub_1", *, items: list[Snapshot] | None = None, **given: Any) -> Snapshot:
    nothing = (
        "cancel_at canceled_at default_payment_method description ended_at latest_invoice pause_collection schedule"
        " trial_end trial_start"
    )
    defaults = {
        **dict.fromkeys(nothing.split()),
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": START,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "currency": "usd",
        "customer": "cus_1",
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": listing(f"/v1/subscription_items?subscription={stripe_id}", *([item()] if items is None else items)),
        "start_date": START,
        "status": "active",
    }
    return _object("subscription", stripe_id, defaults, given)


def discount(stripe_id: str = "di_1", *, coupon: Any = None, **given: Any) -> Snapshot:
    """An expanded discount; its coupon is under `source` since 2025-09-30."""
    source = {"coupon": coupon or {"id": "SPRING", "object": "coupon", "percent_off": 20.0}, "type": "coupon"}
    return {"id": stripe_id, "object": "discount", "end": None, "source": source, "start": START, **given}


def line_parent(kind: str = "subscription_item_details", **given: Any) -> Snapshot:
    details: Snapshot = {"invoice_item": None, "proration": False, "proration_details": None, "subscription": "sub_1"}
    if kind == "subscription_item_details":
        details["subscription_item"] = "si_1"  # an invoice item names none
    else:
        details["invoice_item"] = "ii_1"
    nothing = dict.fromkeys(("invoice_item_details", "subscription_item_details"))
    return {**nothing, kind: {**details, **given}, "type": kind}


def line(stripe_id: str = "il_1", **given: Any) -> Snapshot:
    details = {"price": "price_1", "product": "prod_1"}
    defaults = {
        "amount": 2900,
        "currency": "usd",
        "description": "1 × Premium (at $29.00 / month)",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": "in_1",
        "livemode": False,
        "metadata": {},
        "parent": line_parent(),
        "period": {"end": START + MONTH, "start": START},
        "pricing": {"price_details": details, "type": "price_details", "unit_amount_decimal": "2900"},
        "quantity": 1,
        "subtotal": 2900,
        "taxes": [],
    }
    return {"id": stripe_id, "object": "line_item", **defaults, **given}


def tax(amount: int) -> Snapshot:
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": "txr_1"},
        "taxability_reason": "standard_rated",
        "taxable_amount": 10 * amount,
        "type": "tax_rate_details",
    }


def invoice(stripe_id: str = "in_1", *, lines: list[Snapshot] | None = None, **given: Any) -> Snapshot:
    nothing = (
        "description due_date effective_at ending_balance hosted_invoice_url invoice_pdf next_payment_attempt number"
    )
    zero = (
        "amount_overpaid amount_paid amount_shipping attempt_count post_payment_credit_notes_amount"
        " pre_payment_credit_notes_amount starting_balance"
    )
    settings = dict.fromkeys(("default_mandate", "payment_method_options", "payment_method_types"))
    defaults = {
        **dict.fromkeys(nothing.split()),
        **dict.fromkeys(zero.split(), 0),
        **dict.fromkeys(("amount_due", "amount_remaining", "subtotal", "total"), 2900),
        "attempted": False,
        "automatic_tax": {**dict.fromkeys(("disabled_reason", "liability", "provider", "status")), "enabled": False},
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "currency": "usd",
        "customer": "cus_1",
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": listing(f"/v1/invoices/{stripe_id}/lines", *([line()] if lines is None else lines)),
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": "sub_1"},
            "type": "subscription_details",
        },
        "payment_settings": settings,
        "period_end": START,
        "period_start": START,
        "status": "open",
        "status_transitions": transitions(),
        "total_discount_amounts": [],
        "total_taxes": [],
    }
    return _object("invoice", stripe_id, defaults, given)


def transitions(**given: Any) -> Snapshot:
    return {**dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")), **given}
