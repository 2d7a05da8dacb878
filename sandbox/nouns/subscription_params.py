"""The parameters of subscriptions, shared by create, update and invoice previews."""

from sandbox.nouns.prices import INLINE
from sandbox.params import (
    AUTOMATIC_TAX,
    DISCOUNTS,
    PAGE,
    RANGE,
    TAX_RATES,
    Kind,
    array,
    boolean,
    choice,
    clearable,
    either,
    integer,
    mapping,
    metadata,
    required,
    text,
    timestamp,
)

BEHAVIORS = ("create_prorations", "none", "always_invoice")
NOW = either(choice("now"), timestamp)
_PRICE_DATA = mapping({**INLINE, "product": required(text)})
NEW_ITEM: dict[str, Kind] = {
    "price": text,
    "price_data": _PRICE_DATA,
    "quantity": integer(0, 1_000_000),
    "metadata": metadata,
    "discounts": DISCOUNTS,
    "tax_rates": TAX_RATES,
}
CHANGED_ITEM: dict[str, Kind] = {**NEW_ITEM, "id": text, "deleted": boolean, "clear_usage": boolean}
_DETAILS = mapping({"comment": clearable(text), "feedback": clearable(text)})
_TRIAL_SETTINGS = mapping(
    {
        "end_behavior": required(
            mapping({"missing_payment_method": required(choice("cancel", "create_invoice", "pause"))})
        )
    }
)
_PAYMENT_SETTINGS = mapping(
    {
        "save_default_payment_method": choice("off", "on_subscription"),
        "payment_method_types": array(text),
    }
)
_COMMON: dict[str, Kind] = {
    "automatic_tax": AUTOMATIC_TAX,
    "cancel_at": clearable(timestamp),
    "cancel_at_period_end": boolean,
    "collection_method": choice("charge_automatically", "send_invoice"),
    "days_until_due": integer(0, 365),
    "default_payment_method": clearable(text),
    "default_tax_rates": TAX_RATES,
    "description": clearable(text),
    "discounts": DISCOUNTS,
    "metadata": metadata,
    "off_session": boolean,
    "payment_settings": _PAYMENT_SETTINGS,
    "proration_behavior": choice(*BEHAVIORS),
    "trial_end": NOW,
    "trial_settings": _TRIAL_SETTINGS,
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "customer": required(text),
    "items": required(array(mapping(NEW_ITEM))),
    "currency": text,
    "trial_period_days": integer(1, 730),
    "billing_cycle_anchor": timestamp,
    "billing_cycle_anchor_config": mapping(
        {
            "day_of_month": required(integer(1, 31)),
            "hour": integer(0, 23),
            "minute": integer(0, 59),
            "month": integer(1, 12),
            "second": integer(0, 59),
        }
    ),
    "billing_mode": mapping({"type": required(choice("flexible", "classic"))}),
    "payment_behavior": choice("default_incomplete", "allow_incomplete", "error_if_incomplete"),
}
UPDATE: dict[str, Kind] = {
    **_COMMON,
    "items": array(mapping(CHANGED_ITEM)),
    "billing_cycle_anchor": choice("now", "unchanged"),
    "cancellation_details": _DETAILS,
    "pause_collection": clearable(
        mapping(
            {
                "behavior": required(choice("keep_as_draft", "mark_uncollectible", "void")),
                "resumes_at": timestamp,
            }
        )
    ),
    "payment_behavior": choice("default_incomplete", "allow_incomplete", "error_if_incomplete"),
    "proration_date": timestamp,
}
CANCEL: dict[str, Kind] = {"cancellation_details": _DETAILS, "invoice_now": boolean, "prorate": boolean}
RESUME: dict[str, Kind] = {
    "billing_cycle_anchor": choice("now", "unchanged"),
    "proration_behavior": choice(*BEHAVIORS),
    "proration_date": timestamp,
}
STATUSES = (
    "active",
    "past_due",
    "unpaid",
    "canceled",
    "incomplete",
    "incomplete_expired",
    "trialing",
    "paused",
    "all",
    "ended",
)
LIST: dict[str, Kind] = {
    **PAGE,
    "collection_method": choice("charge_automatically", "send_invoice"),
    "created": RANGE,
    "current_period_end": RANGE,
    "current_period_start": RANGE,
    "customer": text,
    "price": text,
    "status": choice(*STATUSES),
    "test_clock": text,
}
PREVIEW_DETAILS: dict[str, Kind] = {
    "items": array(mapping(CHANGED_ITEM)),
    "default_tax_rates": TAX_RATES,
    "billing_cycle_anchor": either(choice("now", "unchanged"), timestamp),
    "billing_mode": mapping({"type": required(choice("flexible", "classic"))}),
    "cancel_at": clearable(timestamp),
    "cancel_at_period_end": boolean,
    "cancel_now": boolean,
    "proration_behavior": choice(*BEHAVIORS),
    "proration_date": timestamp,
    "trial_end": NOW,
    "start_date": timestamp,
}
