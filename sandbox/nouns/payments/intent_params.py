"""What payment and setup intents take as parameters."""

from sandbox.nouns.payments.payment_methods import DATA
from sandbox.protocol.params import (
    ADDRESS,
    PAGE,
    RANGE,
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

AUTOMATIC = mapping({"enabled": required(boolean), "allow_redirects": choice("always", "never")})
TYPES = array(choice("card", "link", "sepa_debit", "us_bank_account"))
USAGE = choice("off_session", "on_session")
_THREE_D_SECURE = choice("any", "automatic", "challenge")
_FUTURE = clearable(choice("none", "off_session", "on_session"))
OPTIONS = mapping(
    {
        "card": mapping({"request_three_d_secure": _THREE_D_SECURE, "setup_future_usage": _FUTURE}),
        "sepa_debit": mapping({"setup_future_usage": _FUTURE}),
        "us_bank_account": mapping(
            {"setup_future_usage": _FUTURE, "verification_method": choice("automatic", "instant", "microdeposits")}
        ),
    }
)
_ACCEPTANCE = mapping(
    {
        "accepted_at": timestamp,
        "offline": mapping({}),
        "online": mapping({"ip_address": text, "user_agent": text}),
        "type": required(choice("offline", "online")),
    }
)
MANDATE = mapping({"customer_acceptance": required(_ACCEPTANCE)})
SHIPPING = mapping(
    {
        "address": required(mapping(ADDRESS)),
        "carrier": text,
        "name": required(text),
        "phone": text,
        "tracking_number": text,
    }
)
_OFF_SESSION = either(boolean, choice("one_off", "recurring"))
_CAPTURE = choice("automatic", "automatic_async", "manual")
_CHOSEN: dict[str, Kind] = {
    "payment_method": text,
    "payment_method_data": mapping(DATA),
    "payment_method_options": OPTIONS,
    "payment_method_types": TYPES,
}
_FIELDS: dict[str, Kind] = {
    **_CHOSEN,
    "capture_method": _CAPTURE,
    "customer": text,
    "description": clearable(text),
    "metadata": metadata,
    "receipt_email": clearable(text),
    "setup_future_usage": clearable(USAGE),
    "shipping": clearable(SHIPPING),
    "statement_descriptor": clearable(text),
    "statement_descriptor_suffix": clearable(text),
    "transfer_group": text,
}
_MANNER: dict[str, Kind] = {
    "error_on_requires_action": boolean,
    "mandate_data": clearable(MANDATE),
    "off_session": _OFF_SESSION,
    "return_url": text,
    "use_stripe_sdk": boolean,
}
PAYMENT_CREATE: dict[str, Kind] = {
    **_FIELDS,
    **_MANNER,
    "amount": required(integer(1)),
    "automatic_payment_methods": AUTOMATIC,
    "confirm": boolean,
    "confirmation_method": choice("automatic", "manual"),
    "currency": required(text),
}
PAYMENT_UPDATE: dict[str, Kind] = {**_FIELDS, "amount": integer(1), "currency": text}
PAYMENT_CONFIRM: dict[str, Kind] = {
    **_CHOSEN,
    **_MANNER,
    "capture_method": _CAPTURE,
    "receipt_email": clearable(text),
    "setup_future_usage": clearable(USAGE),
    "shipping": clearable(SHIPPING),
}
PAYMENT_CAPTURE: dict[str, Kind] = {
    "amount_to_capture": integer(1),
    "final_capture": boolean,
    "metadata": metadata,
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
}
PAYMENT_CANCEL: dict[str, Kind] = {
    "cancellation_reason": choice("duplicate", "fraudulent", "requested_by_customer", "abandoned")
}
PAYMENT_LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text}

_SETUP_FIELDS: dict[str, Kind] = {**_CHOSEN, "customer": text, "description": clearable(text), "metadata": metadata}
_SETUP_MANNER: dict[str, Kind] = {
    "mandate_data": clearable(MANDATE),
    "return_url": text,
    "use_stripe_sdk": boolean,
}
SETUP_CREATE: dict[str, Kind] = {
    **_SETUP_FIELDS,
    **_SETUP_MANNER,
    "automatic_payment_methods": AUTOMATIC,
    "confirm": boolean,
    "usage": USAGE,
}
SETUP_UPDATE: dict[str, Kind] = _SETUP_FIELDS
SETUP_CONFIRM: dict[str, Kind] = {
    **_SETUP_MANNER,
    "payment_method": text,
    "payment_method_data": mapping(DATA),
    "payment_method_options": OPTIONS,
}
SETUP_CANCEL: dict[str, Kind] = {"cancellation_reason": choice("abandoned", "duplicate", "requested_by_customer")}
SETUP_LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text, "payment_method": text}
ATTEMPT_LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "setup_intent": required(text)}
