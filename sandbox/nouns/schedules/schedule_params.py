"""The parameters of subscription schedules, shared by create, update and invoice previews."""

from sandbox.nouns.catalog.prices import INLINE
from sandbox.protocol.params import (
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
_NOW = either(choice("now"), timestamp)
_ANCHOR = choice("automatic", "phase_start")
_COLLECTION = choice("charge_automatically", "send_invoice")
_BILLING_MODE = mapping(
    {
        "type": required(choice("flexible", "classic")),
        "flexible": mapping({"proration_discounts": choice("included", "itemized")}),
    }
)
_INVOICES = mapping(
    {
        "days_until_due": integer(0, 365),
        "description": clearable(text),
        "footer": clearable(text),
        "custom_fields": array(mapping({"name": required(text), "value": required(text)})),
        "issuer": mapping({"type": required(choice("self"))}),
    }
)
SETTINGS: dict[str, Kind] = {
    "billing_cycle_anchor": _ANCHOR,
    "collection_method": _COLLECTION,
    "default_payment_method": text,
    "description": clearable(text),
    "invoice_settings": _INVOICES,
}
_ITEM: dict[str, Kind] = {
    "metadata": metadata,
    "plan": text,
    "price": text,
    "price_data": mapping({**INLINE, "product": required(text)}),
    "quantity": integer(0, 1_000_000),
    "discounts": DISCOUNTS,
    "tax_rates": TAX_RATES,
}
_PERIOD = mapping(
    {
        "start": required(
            mapping(
                {
                    "type": required(choice("max_item_period_start", "phase_start", "timestamp")),
                    "timestamp": timestamp,
                }
            )
        ),
        "end": required(
            mapping({"type": required(choice("min_item_period_end", "phase_end", "timestamp")), "timestamp": timestamp})
        ),
    }
)
_ADDED: dict[str, Kind] = {
    "metadata": metadata,
    "period": _PERIOD,
    "price": text,
    "price_data": mapping({**INLINE, "product": required(text)}),
    "quantity": integer(0, 1_000_000),
    "discountable": boolean,
}
PHASE: dict[str, Kind] = {
    **SETTINGS,
    "add_invoice_items": array(mapping(_ADDED)),
    "currency": text,
    "default_tax_rates": TAX_RATES,
    "discounts": DISCOUNTS,
    "duration": mapping(
        {"interval": required(choice("day", "week", "month", "year")), "interval_count": integer(1, 1095)}
    ),
    "end_date": timestamp,
    "items": required(array(mapping(_ITEM))),
    "metadata": metadata,
    "proration_behavior": choice(*BEHAVIORS),
    "trial": boolean,
    "trial_end": timestamp,
}
_DATED: dict[str, Kind] = {**PHASE, "start_date": _NOW, "end_date": _NOW, "trial_end": _NOW}
"""A phase of an update: it says where it starts."""
_COMMON: dict[str, Kind] = {
    "default_settings": mapping(SETTINGS),
    "end_behavior": choice("cancel", "release"),
    "metadata": metadata,
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "billing_mode": _BILLING_MODE,
    "customer": text,
    "from_subscription": text,
    "phases": array(mapping(PHASE)),
    "start_date": _NOW,
}
UPDATE: dict[str, Kind] = {
    **_COMMON,
    "phases": array(mapping(_DATED)),
    "proration_behavior": choice(*BEHAVIORS),
}
CANCEL: dict[str, Kind] = {"invoice_now": boolean, "prorate": boolean}
RELEASE: dict[str, Kind] = {"preserve_cancel_date": boolean}
MOMENTS = ("canceled_at", "completed_at", "released_at")
LIST: dict[str, Kind] = {
    **PAGE,
    **dict.fromkeys(MOMENTS, RANGE),
    "created": RANGE,
    "customer": text,
    "scheduled": boolean,
}
PREVIEW_DETAILS: dict[str, Kind] = {
    "billing_mode": _BILLING_MODE,
    "end_behavior": choice("cancel", "release"),
    "phases": array(mapping(_DATED)),
    "proration_behavior": choice(*BEHAVIORS),
}
