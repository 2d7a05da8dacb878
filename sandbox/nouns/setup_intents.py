"""Setup intents: saving a card for later."""

from sandbox.cards import card_of
from sandbox.context import Context
from sandbox.declines import Decline
from sandbox.errors import StripeError, declined, invalid
from sandbox.ids import secret_of
from sandbox.jsons import Json, public
from sandbox.lives.attaching import attach, refuses_attaching, resolve
from sandbox.nouns.payment_intents import _AUTOMATIC as AUTOMATIC
from sandbox.params import (
    PAGE,
    RANGE,
    Kind,
    array,
    boolean,
    choice,
    clearable,
    merge_metadata,
    metadata,
    text,
)

CREATE: dict[str, Kind] = {
    "automatic_payment_methods": AUTOMATIC,
    "confirm": boolean,
    "customer": text,
    "description": clearable(text),
    "metadata": metadata,
    "payment_method": text,
    "payment_method_types": array(text),
    "return_url": text,
    "usage": choice("off_session", "on_session"),
}
UPDATE: dict[str, Kind] = {
    "customer": text,
    "description": clearable(text),
    "metadata": metadata,
    "payment_method": text,
}
CONFIRM: dict[str, Kind] = {"payment_method": text, "return_url": text}
CANCEL: dict[str, Kind] = {"cancellation_reason": choice("abandoned", "duplicate", "requested_by_customer")}
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text, "payment_method": text}


def create(ctx: Context) -> Json:
    given = ctx.params
    intent_id = ctx.new_id("seti_")
    nothing = (
        "application automatic_payment_methods cancellation_reason customer customer_account description"
        " excluded_payment_method_types flow_directions last_setup_error latest_attempt mandate next_action"
        " on_behalf_of payment_method payment_method_configuration_details single_use_mandate"
    )
    intent = {
        "id": intent_id,
        "object": "setup_intent",
        **dict.fromkeys(nothing.split()),
        "client_secret": secret_of(intent_id),
        "created": ctx.now,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": given.get("usage", "off_session"),
    }
    _set_fields(ctx, intent, given)
    ctx.create(intent, "setup_intent.created")
    return confirm_with(ctx, intent, None) if given.get("confirm") else public(intent)


def _set_fields(ctx: Context, intent: Json, given: Json) -> None:
    if given.get("customer"):
        intent["customer"] = ctx.load("customer", given["customer"], "customer")["id"]
    if "metadata" in given:
        intent["metadata"] = merge_metadata(intent["metadata"], given["metadata"])
    if "description" in given:
        intent["description"] = given["description"]
    if given.get("payment_method"):
        intent["payment_method"] = resolve(ctx, given["payment_method"])["id"]
        intent["status"] = "requires_confirmation"


def _open(ctx: Context) -> Json:
    intent = ctx.load("setup_intent", ctx.path["id"])
    if intent["status"] in ("succeeded", "canceled"):
        raise invalid(f"This SetupIntent has a status of {intent['status']}.", code="setup_intent_unexpected_state")
    return intent


def update(ctx: Context) -> Json:
    intent = _open(ctx)
    _set_fields(ctx, intent, ctx.params)
    return public(ctx.update(intent))


def confirm(ctx: Context) -> Json:
    return confirm_with(ctx, _open(ctx), ctx.param("payment_method"))


def confirm_with(ctx: Context, intent: Json, given: str | None) -> Json:
    chosen = given or intent["payment_method"]
    if not chosen:
        raise invalid("You cannot confirm this SetupIntent because it's missing a payment method.", "payment_method")
    method = resolve(ctx, chosen)
    intent["payment_method"] = method["id"]
    if method["type"] == "card" and card_of(method).authenticates:
        intent["status"] = "requires_action"
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        return public(ctx.update(intent, "setup_intent.requires_action"))
    return complete(ctx, intent, method)


def complete(ctx: Context, intent: Json, method: Json) -> Json:
    """Saves the card to the intent's customer; an issuer's refusal is a 402 whose trace stays."""
    decline = refuses_attaching(method)
    if decline is not None:
        raise _refused(ctx, intent, method, decline)
    if intent["customer"]:
        attach(ctx, method, intent["customer"])
    intent.update(status="succeeded", next_action=None, last_setup_error=None)
    return public(ctx.update(intent, "setup_intent.succeeded"))


def _refused(ctx: Context, intent: Json, method: Json, decline: Decline) -> StripeError:
    error = {"code": decline.code, "message": decline.message, "payment_method": public(method), "type": "card_error"}
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    intent.update(status="requires_payment_method", payment_method=None, last_setup_error=error)
    ctx.update(intent, "setup_intent.setup_failed")
    return declined(
        decline.code, decline.decline_code, decline.message, setup_intent=public(intent), keeps_effects=True
    )


def cancel(ctx: Context) -> Json:
    intent = _open(ctx)
    intent.update(status="canceled", cancellation_reason=ctx.param("cancellation_reason"), next_action=None)
    return public(ctx.update(intent, "setup_intent.canceled"))
