"""The shape of a payment link."""

from sandbox.jsons import Json

_NOTHING = (
    "application application_fee_amount application_fee_percent consent_collection inactive_message invoice_creation"
    " name_collection on_behalf_of optional_items payment_intent_data payment_method_options payment_method_types"
    " restrictions shipping_address_collection subscription_data transfer_data"
).split()
_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def payment_link(link_id: str, currency: str) -> Json:
    return {
        "id": link_id,
        "object": "payment_link",
        "active": True,
        **dict.fromkeys(_NOTHING),
        "after_completion": after_completion(None),
        "allow_promotion_codes": False,
        "automatic_tax": {"enabled": False, "liability": None},
        "billing_address_collection": "auto",
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(_TEXTS),
        "customer_creation": "if_required",
        "livemode": False,
        "metadata": {},
        "payment_method_collection": "always",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "submit_type": "auto",
        "tax_id_collection": {"enabled": False, "required": "never"},
    }


def after_completion(given: Json | None) -> Json:
    """Where buyers go: a page of ours with a message, or an address of the shop's."""
    if given and given["type"] == "redirect":
        return {"hosted_confirmation": None, "redirect": given["redirect"], "type": "redirect"}
    message = ((given or {}).get("hosted_confirmation") or {}).get("custom_message")
    return {"hosted_confirmation": {"custom_message": message}, "redirect": None, "type": "hosted_confirmation"}


def payment_intent_data(given: Json) -> Json:
    names = "capture_method description setup_future_usage statement_descriptor statement_descriptor_suffix"
    known = {name: given.get(name) for name in (*names.split(), "transfer_group")}
    return {**known, "metadata": given.get("metadata") or {}}


def subscription_data(given: Json) -> Json:
    known = {name: given.get(name) for name in ("description", "trial_period_days", "trial_settings")}
    return {**known, "invoice_settings": {"issuer": {"type": "self"}}, "metadata": given.get("metadata") or {}}
