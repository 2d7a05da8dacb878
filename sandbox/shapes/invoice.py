"""The shapes of an invoice and its lines."""

from sandbox.jsons import Json, listing
from sandbox.protocol.addresses import page

_NOTHING = (
    "account_tax_ids application automatically_finalizes_at custom_fields customer_account"
    " default_payment_method default_source description due_date effective_at ending_balance footer from_invoice"
    " hosted_invoice_url invoice_pdf last_finalization_error latest_revision next_payment_attempt number"
    " on_behalf_of parent receipt_number rendering shipping_cost shipping_details statement_descriptor test_clock"
    " threshold_reason webhooks_delivered_at"
).split()
_ZERO = (
    "amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count"
    " post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance subtotal"
    " subtotal_excluding_tax total total_excluding_tax"
).split()
NO_TAX: Json = {"enabled": False, "disabled_reason": None, "liability": None, "provider": None, "status": None}
PAYMENT_SETTINGS: Json = {"default_mandate": None, "payment_method_options": None, "payment_method_types": None}


def invoice(invoice_id: str, now: int, customer: Json, settings: Json) -> Json:
    """An empty draft for a stored customer; whoever makes it fills lines, totals and reason."""
    return {
        "id": invoice_id,
        "object": "invoice",
        "account_country": settings["country"],
        "account_name": settings["business_name"],
        **dict.fromkeys(_NOTHING),
        **dict.fromkeys(_ZERO, 0),
        "attempted": False,
        "auto_advance": False,
        "automatic_tax": dict(NO_TAX),
        "billing_reason": "manual",
        "collection_method": "charge_automatically",
        "created": now,
        "currency": customer["currency"] or settings["default_currency"],
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": listing(f"/v1/invoices/{invoice_id}/lines", []),
        "livemode": False,
        "metadata": {},
        "payment_settings": dict(PAYMENT_SETTINGS),
        "period_end": now,
        "period_start": now,
        "status": "draft",
        "status_transitions": dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "_": _notes(),
    }


def _notes() -> Json:
    """Our own: the intent, payment and attempts; tax rates by line; what was credited by line, the refunds linked
    to credit notes, and the notes."""
    return {
        "intent": None,
        "payment": None,
        "first_attempt": None,
        "processing": False,
        "barred": None,
        "rates": {},
        "credited": {},
        "linked": {},
        "notes": [],
    }


def hosted(invoice_id: str) -> tuple[str, str]:
    """The addresses of its page and of its PDF."""
    return page(f"/i/{invoice_id}"), page(f"/i/{invoice_id}/pdf")


def subscription_parent(subscription: Json, proration_date: int | None = None) -> Json:
    details: Json = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
    if proration_date is not None:
        details["subscription_proration_date"] = proration_date
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def line(line_id: str, *, amount: int, currency: str, description: str, start: int, end: int) -> Json:
    """A line without parent or pricing."""
    return {
        "id": line_id,
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "description": description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "parent": None,
        "period": {"end": end, "start": start},
        "pretax_credit_amounts": [],
        "pricing": None,
        "quantity": 1,
        "quantity_decimal": "1",
        "subscription": None,
        "subtotal": amount,
        "taxes": [],
    }


def pricing(price: Json) -> Json:
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
