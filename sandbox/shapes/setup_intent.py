"""The shapes of a setup intent and of an attempt to confirm it."""

from sandbox.ids import secret_of
from sandbox.jsons import Json
from sandbox.shapes.payment_intent import kinds_for

SETUP_OPTIONS: Json = {
    "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"},
    "sepa_debit": {},
    "us_bank_account": {"verification_method": "automatic"},
}


def setup_intent(intent_id: str, now: int, usage: str) -> Json:
    nothing = (
        "application automatic_payment_methods cancellation_reason customer customer_account description"
        " excluded_payment_method_types flow_directions last_setup_error latest_attempt mandate next_action"
        " on_behalf_of payment_method payment_method_configuration_details single_use_mandate"
    )
    return {
        "id": intent_id,
        "object": "setup_intent",
        **dict.fromkeys(nothing.split()),
        "client_secret": secret_of(intent_id),
        "created": now,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {kind: dict(SETUP_OPTIONS[kind]) for kind in kinds_for(None)},
        "payment_method_types": kinds_for(None),
        "status": "requires_payment_method",
        "usage": usage,
        "_": {"page": None},
    }


def setup_attempt(attempt_id: str, now: int, intent: Json, method: Json) -> Json:
    """An attempt that has just begun."""
    kind = method["type"]
    return {
        "id": attempt_id,
        "object": "setup_attempt",
        "application": None,
        "created": now,
        "customer": intent["customer"],
        "customer_account": None,
        "flow_directions": None,
        "livemode": False,
        "on_behalf_of": None,
        "payment_method": method["id"],
        "payment_method_details": {kind: _card(method["card"]) if kind == "card" else {}, "type": kind},
        "setup_error": None,
        "setup_intent": intent["id"],
        "status": "requires_confirmation",
        "usage": intent["usage"],
    }


def _card(card: Json) -> Json:
    names = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    return {**{name: card[name] for name in names}, "network": card["brand"], "three_d_secure": None, "wallet": None}
