"""The parameters of payment links: those of Checkout sessions, as far as a link has them."""

from sandbox.nouns.checkout import checkout_params
from sandbox.protocol.params import PAGE, Kind, array, boolean, choice, clearable, integer, mapping, required, text
from sandbox.protocol.urls import web_url

_SAME = (
    "allow_promotion_codes billing_address_collection consent_collection custom_fields custom_text customer_creation"
    " metadata payment_method_collection phone_number_collection submit_type tax_id_collection"
).split()
_AFTER = mapping(
    {
        "type": required(choice("hosted_confirmation", "redirect")),
        "hosted_confirmation": mapping({"custom_message": text}),
        "redirect": mapping({"url": required(web_url)}),
    }
)
_LIMIT = mapping({"completed_sessions": required(mapping({"limit": required(integer(1))}))})
_LINE = {name: checkout_params.LINE[name] for name in ("adjustable_quantity", "price", "price_data")}
_LINE["quantity"] = required(checkout_params.LINE["quantity"])
_COMMON: dict[str, Kind] = {
    **{name: checkout_params.CREATE[name] for name in _SAME},
    "after_completion": _AFTER,
    "inactive_message": clearable(text),
    "restrictions": clearable(_LIMIT),
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "line_items": required(array(mapping(_LINE))),
    "payment_intent_data": checkout_params.CREATE["payment_intent_data"],
    "payment_method_types": checkout_params.CREATE["payment_method_types"],
    "subscription_data": checkout_params.CREATE["subscription_data"],
}
UPDATE: dict[str, Kind] = {**_COMMON, "active": boolean}
LIST: dict[str, Kind] = {**PAGE, "active": boolean}
