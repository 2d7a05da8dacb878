"""The parameters of subscriptions, shared by create, update and invoice previews."""

from sandbox.nouns.catalog.prices import INLINE
from sandbox.protocol.params import (
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

PAYMENT_BEHAVIORS = ("default_incomplete", "allow_incomplete", "error_if_incomplete")
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
_FEEDBACK = tuple(
    "customer_service low_quality missing_features other switched_service too_complex too_expensive unused".split()
)
_DETAILS = mapping({"comment": clearable(text), "feedback": clearable(choice(*_FEEDBACK))})
_TRIAL_SETTINGS = mapping(
    {
        "end_behavior": required(
            mapping({"missing_payment_method": required(choice("cancel", "create_invoice", "pause"))})
        )
    }
)
PAYMENT_METHOD_TYPES = tuple(
    "ach_credit_transfer ach_debit acss_debit affirm alipay amazon_pay au_becs_debit bacs_debit bancontact billie"
    " boleto card cashapp crypto custom customer_balance eps fpx giropay grabpay ideal jp_credit_transfer kakao_pay"
    " klarna konbini kr_card link mb_way multibanco naver_pay nz_bank_account p24 pay_by_bank payco paynow paypal payto"
    " pix promptpay revolut_pay satispay sepa_credit_transfer sepa_debit sofort swish twint upi us_bank_account"
    " wechat_pay".split()
)
_PAYMENT_OPTIONS: dict[str, Kind] = {
    "card": clearable(
        mapping(
            {
                "network": choice("amex", "diners", "discover", "jcb", "mastercard", "unionpay", "visa"),
                "request_three_d_secure": choice("any", "automatic", "challenge"),
            }
        )
    ),
    "sepa_debit": clearable(mapping({})),
    "us_bank_account": clearable(mapping({"verification_method": choice("automatic", "instant", "microdeposits")})),
}
_PAYMENT_SETTINGS = mapping(
    {
        "payment_method_options": mapping(_PAYMENT_OPTIONS),
        "payment_method_types": clearable(array(choice(*PAYMENT_METHOD_TYPES))),
        "save_default_payment_method": choice("off", "on_subscription"),
    }
)
_CUSTOM_FIELD = mapping({"name": required(text), "value": required(text)})
_INVOICE_SETTINGS = mapping(
    {"custom_fields": clearable(array(_CUSTOM_FIELD)), "description": clearable(text), "footer": clearable(text)}
)
_EXTRA: dict[str, Kind] = {
    "discountable": boolean,
    "discounts": DISCOUNTS,
    "metadata": metadata,
    "period": mapping(
        {
            "start": required(
                mapping({"type": required(choice("max_item_period_start", "now", "timestamp")), "timestamp": timestamp})
            ),
            "end": required(
                mapping({"type": required(choice("min_item_period_end", "timestamp")), "timestamp": timestamp})
            ),
        }
    ),
    "price": text,
    "price_data": mapping(
        {name: kind for name, kind in INLINE.items() if name != "recurring"} | {"product": required(text)}
    ),
    "quantity": integer(0, 1_000_000),
    "tax_rates": TAX_RATES,
}
_FLEXIBLE = mapping({"proration_discounts": choice("included", "itemized")})
BILLING_MODE = mapping({"type": required(choice("flexible", "classic")), "flexible": _FLEXIBLE})
CANCEL_AT = either(choice("min_period_end", "max_period_end", "max_billed_until"), timestamp)
_COMMON: dict[str, Kind] = {
    "add_invoice_items": array(mapping(_EXTRA)),
    "automatic_tax": AUTOMATIC_TAX,
    "cancel_at": clearable(CANCEL_AT),
    "cancel_at_period_end": boolean,
    "collection_method": choice("charge_automatically", "send_invoice"),
    "days_until_due": integer(0, 365),
    "default_payment_method": clearable(text),
    "default_tax_rates": TAX_RATES,
    "description": clearable(text),
    "discounts": DISCOUNTS,
    "invoice_settings": _INVOICE_SETTINGS,
    "metadata": metadata,
    "off_session": boolean,
    "pending_invoice_item_interval": clearable(
        mapping({"interval": required(choice("day", "week", "month", "year")), "interval_count": integer(1, 365)})
    ),
    "payment_settings": _PAYMENT_SETTINGS,
    "proration_behavior": choice(*BEHAVIORS),
    "trial_end": NOW,
    "trial_from_plan": boolean,
    "trial_settings": _TRIAL_SETTINGS,
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "backdate_start_date": timestamp,
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
    "billing_mode": BILLING_MODE,
    "payment_behavior": choice(*PAYMENT_BEHAVIORS),
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
    "payment_behavior": choice(*PAYMENT_BEHAVIORS, "pending_if_incomplete"),
    "proration_date": timestamp,
}
CANCEL: dict[str, Kind] = {"cancellation_details": _DETAILS, "invoice_now": boolean, "prorate": boolean}
RESUME: dict[str, Kind] = {
    "billing_cycle_anchor": choice("now", "unchanged"),
    "proration_behavior": choice(*BEHAVIORS),
    "proration_date": timestamp,
}
MIGRATE: dict[str, Kind] = {
    "billing_mode": required(mapping({"type": required(choice("flexible")), "flexible": _FLEXIBLE})),
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
    "billing_mode": BILLING_MODE,
    "cancel_at": clearable(CANCEL_AT),
    "cancel_at_period_end": boolean,
    "cancel_now": boolean,
    "metadata": metadata,
    "proration_behavior": choice(*BEHAVIORS),
    "proration_date": timestamp,
    "resume_at": choice("now"),
    "start_date": timestamp,
    "trial_end": NOW,
}
