"""The parameters of the customer portal's configurations and sessions."""

from sandbox.nouns.checkout.checkout_params import LOCALES
from sandbox.protocol.params import (
    PAGE,
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
)
from sandbox.protocol.urls import web_url
from sandbox.shapes.portal import REASONS

PRORATIONS = ("always_invoice", "create_prorations", "none")
_ENABLED = mapping({"enabled": required(boolean)})
_REASON = mapping({"enabled": required(boolean), "options": array(choice(*REASONS))})
_QUANTITY = mapping({"enabled": required(boolean), "maximum": integer(1), "minimum": integer(0)})
_PRODUCT = mapping({"product": required(text), "prices": required(array(text)), "adjustable_quantity": _QUANTITY})
_CONDITION = mapping({"type": required(choice("decreasing_item_amount", "shortening_interval"))})


def _features(on: Kind) -> Kind:
    """`on`: whether `enabled` has to be given with every feature, as at creation."""
    return mapping(
        {
            "customer_update": mapping(
                {
                    "allowed_updates": array(choice("address", "email", "name", "phone", "shipping", "tax_id")),
                    "enabled": on,
                }
            ),
            "invoice_history": _ENABLED,
            "payment_method_update": _ENABLED,
            "subscription_cancel": mapping(
                {
                    "cancellation_reason": _REASON,
                    "enabled": on,
                    "mode": choice("at_period_end", "immediately"),
                    "proration_behavior": choice(*PRORATIONS),
                }
            ),
            "subscription_update": mapping(
                {
                    "billing_cycle_anchor": choice("now", "unchanged"),
                    "default_allowed_updates": array(choice("price", "promotion_code", "quantity")),
                    "enabled": on,
                    "products": array(_PRODUCT),
                    "proration_behavior": choice(*PRORATIONS),
                    "schedule_at_period_end": mapping({"conditions": array(_CONDITION)}),
                    "trial_update_behavior": choice("continue_trial", "end_trial"),
                }
            ),
        }
    )


_COMMON: dict[str, Kind] = {
    "business_profile": mapping(
        {
            "headline": clearable(text),
            "privacy_policy_url": clearable(web_url),
            "terms_of_service_url": clearable(web_url),
        }
    ),
    "default_return_url": clearable(web_url),
    "metadata": metadata,
    "name": clearable(text),
}
CREATE: dict[str, Kind] = {**_COMMON, "features": required(_features(required(boolean)))}
UPDATE: dict[str, Kind] = {**_COMMON, "active": boolean, "features": _features(boolean)}
LIST: dict[str, Kind] = {**PAGE, "active": boolean, "is_default": boolean}

_ITEM = mapping({"id": required(text), "price": text, "quantity": integer(0, 1_000_000)})
_DISCOUNT = mapping({"coupon": text, "promotion_code": text})
_OFFER = mapping({"coupon": required(text)})
_RETENTION = mapping({"type": required(choice("coupon_offer")), "coupon_offer": required(_OFFER)})
FLOWS = (
    "customer_update",
    "payment_method_update",
    "subscription_cancel",
    "subscription_update",
    "subscription_update_confirm",
)
_FLOW = mapping(
    {
        "type": required(choice(*FLOWS)),
        "after_completion": mapping(
            {
                "type": required(choice("hosted_confirmation", "portal_homepage", "redirect")),
                "hosted_confirmation": mapping({"custom_message": text}),
                "redirect": mapping({"return_url": required(web_url)}),
            }
        ),
        "subscription_cancel": mapping({"subscription": required(text), "retention": _RETENTION}),
        "subscription_update": mapping({"subscription": required(text)}),
        "subscription_update_confirm": mapping(
            {"subscription": required(text), "items": required(array(_ITEM)), "discounts": array(_DISCOUNT)}
        ),
    }
)
SESSION: dict[str, Kind] = {
    "configuration": text,
    "customer": required(text),
    "flow_data": _FLOW,
    "locale": choice(*LOCALES, "en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-SG"),
    "return_url": web_url,
}
