"""The parameters of Checkout sessions."""

from sandbox.nouns.catalog.prices import INLINE
from sandbox.nouns.subscriptions import subscription_params
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
    PAGE,
    RANGE,
    TAX_RATES,
    Kind,
    array,
    boolean,
    choice,
    clearable,
    integer,
    mapping,
    metadata,
    required,
    text,
    timestamp,
)
from sandbox.protocol.urls import web_url

LOCALES = tuple(
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru"
    " sk sl sv th tr vi zh zh-HK zh-TW".split()
)
_PRODUCT: dict[str, Kind] = {
    "name": required(text),
    "description": text,
    "images": array(text),
    "metadata": metadata,
    "tax_code": text,
    "unit_label": text,
}
_ADJUSTABLE = mapping({"enabled": required(boolean), "maximum": integer(1, 999_999), "minimum": integer(0, 999_999)})
LINE: dict[str, Kind] = {
    "adjustable_quantity": _ADJUSTABLE,
    "metadata": metadata,
    "price": text,
    "price_data": mapping({**INLINE, "product": text, "product_data": mapping(_PRODUCT)}),
    "quantity": integer(0, 999_999),
    "tax_rates": TAX_RATES,
}
_DISCOUNT = mapping({"coupon": text, "promotion_code": text})
_TRIAL_END = mapping({"missing_payment_method": required(choice("cancel", "create_invoice", "pause"))})
_SUBSCRIPTION = mapping(
    {
        "billing_cycle_anchor": timestamp,
        "billing_cycle_anchor_config": subscription_params.CREATE["billing_cycle_anchor_config"],
        "billing_mode": subscription_params.BILLING_MODE,
        "default_tax_rates": TAX_RATES,
        "description": text,
        "metadata": metadata,
        "proration_behavior": choice("create_prorations", "none"),
        "trial_end": timestamp,
        "trial_period_days": integer(1, 730),
        "trial_settings": mapping({"end_behavior": required(_TRIAL_END)}),
    }
)
_PAYMENT = mapping(
    {
        "capture_method": choice("automatic", "automatic_async", "manual"),
        "description": text,
        "metadata": metadata,
        "receipt_email": text,
        "setup_future_usage": choice("off_session", "on_session"),
        "statement_descriptor_suffix": text,
    }
)
_SETUP = mapping({"description": text, "metadata": metadata})
_CONSENT = mapping(
    {
        "payment_method_reuse_agreement": mapping({"position": required(choice("auto", "hidden"))}),
        "promotions": choice("auto", "none"),
        "terms_of_service": choice("none", "required"),
    }
)
_MESSAGE = clearable(mapping({"message": required(text)}))
_TEXTS = mapping(dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"), _MESSAGE))
_LENGTHS: dict[str, Kind] = {
    "default_value": text,
    "maximum_length": integer(1, 255),
    "minimum_length": integer(0, 255),
}
_OPTION = mapping({"label": required(text), "value": required(text)})
_FIELD = mapping(
    {
        "key": required(text),
        "label": required(mapping({"custom": required(text), "type": required(choice("custom"))})),
        "type": required(choice("dropdown", "numeric", "text")),
        "optional": boolean,
        "dropdown": mapping({"options": required(array(_OPTION)), "default_value": text}),
        "numeric": mapping(_LENGTHS),
        "text": mapping(_LENGTHS),
    }
)
_ENABLED = mapping({"enabled": required(boolean)})
_RECOVERY = mapping({"enabled": required(boolean), "allow_promotion_codes": boolean})


def _fields(value: object, path: str) -> list[object]:
    """At most three, each with a key of its own."""
    fields = array(_FIELD)(value, path)
    if len(fields) > 3 or len({field["key"] for field in fields}) < len(fields):
        raise invalid("custom_fields may have at most 3 fields, each with a key of its own.", path)
    return list(fields)


CREATE: dict[str, Kind] = {
    "after_expiration": mapping({"recovery": _RECOVERY}),
    "allow_promotion_codes": boolean,
    "billing_address_collection": choice("auto", "required"),
    "cancel_url": web_url,
    "client_reference_id": text,
    "consent_collection": _CONSENT,
    "currency": text,
    "custom_fields": _fields,
    "custom_text": _TEXTS,
    "customer": text,
    "customer_creation": choice("always", "if_required"),
    "customer_email": text,
    "customer_update": mapping({"address": choice("auto", "never"), "name": choice("auto", "never")}),
    "discounts": array(_DISCOUNT),
    "expires_at": timestamp,
    "integration_identifier": text,
    "line_items": array(mapping(LINE)),
    "locale": choice(*LOCALES),
    "metadata": metadata,
    "mode": required(choice("payment", "setup", "subscription")),
    "payment_intent_data": _PAYMENT,
    "payment_method_collection": choice("always", "if_required"),
    "payment_method_types": array(choice("card", "us_bank_account", "sepa_debit")),
    "phone_number_collection": _ENABLED,
    "redirect_on_completion": choice("always", "if_required", "never"),
    "return_url": web_url,
    "setup_intent_data": _SETUP,
    "submit_type": choice("auto", "book", "donate", "pay", "subscribe"),
    "subscription_data": _SUBSCRIPTION,
    "success_url": web_url,
    "tax_id_collection": mapping({"enabled": required(boolean), "required": choice("if_supported", "never")}),
    "ui_mode": choice("hosted_page", "embedded_page"),
}
UPDATE: dict[str, Kind] = {
    "line_items": array(mapping({**LINE, "id": text, "metadata": metadata})),
    "metadata": metadata,
}
LIST: dict[str, Kind] = {
    **PAGE,
    "created": RANGE,
    "customer": text,
    "customer_details": mapping({"email": required(text)}),
    "payment_intent": text,
    "payment_link": text,
    "status": choice("complete", "expired", "open"),
    "subscription": text,
}
