"""The shape of a Checkout session."""

from sandbox.jsons import Json

_NOTHING = (
    "adaptive_pricing after_expiration allow_promotion_codes amount_subtotal amount_total billing_address_collection"
    " branding_settings cancel_url client_reference_id client_secret collected_information consent consent_collection"
    " currency currency_conversion customer customer_account customer_creation customer_details customer_email"
    " excluded_payment_method_types integration_identifier invoice invoice_creation locale managed_payments"
    " name_collection optional_items origin_context payment_intent payment_link payment_method_collection"
    " payment_method_configuration_details permissions phone_number_collection recovered_from"
    " saved_payment_method_options setup_intent shipping_address_collection shipping_cost submit_type subscription"
    " success_url tax_id_collection total_details url wallet_options"
).split()
_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def checkout_session(session_id: str, now: int, mode: str) -> Json:
    """Open, without lines."""
    return {
        "id": session_id,
        "object": "checkout.session",
        **dict.fromkeys(_NOTHING),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": now,
        "custom_fields": [],
        "custom_text": dict.fromkeys(_TEXTS),
        "discounts": None,
        "expires_at": now + 86_400,
        "livemode": False,
        "metadata": {},
        "mode": mode,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "ui_mode": "hosted_page",
        "_": {"lines": [], "given": {}, "details": {}, "customer": None, "intent": None, "subscription": None},
    }


def line_item(line_id: str, price: Json, quantity: int, description: str) -> Json:
    """An item of a session; whoever makes it fills its amounts (minor units)."""
    return {
        "id": line_id,
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": 0,
        "amount_tax": 0,
        "amount_total": 0,
        "currency": price["currency"],
        "description": description,
        "metadata": {},
        "price": price,
        "quantity": quantity,
    }


def customer_details(person: Json) -> Json:
    """What is known of who pays: `person` may have the fields of a customer, or some of them."""
    names = ("address", "business_name", "email", "individual_name", "name", "phone")
    known = {name: person.get(name) for name in names}
    return {**known, "tax_exempt": person.get("tax_exempt", "none"), "tax_ids": person.get("tax_ids")}


def invoice_creation() -> Json:
    """Of mode payment: no invoice is made afterwards."""
    nothing = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    return {"enabled": False, "invoice_data": {**dict.fromkeys(nothing), "metadata": {}}}
