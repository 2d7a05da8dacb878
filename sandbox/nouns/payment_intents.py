"""Payment intents, of invoices and of one-off payments."""

from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json, public
from sandbox.lives import charging
from sandbox.lives.attaching import attach, resolve
from sandbox.lives.outcomes import settle_invoice
from sandbox.params import (
    PAGE,
    RANGE,
    Kind,
    array,
    boolean,
    choice,
    clearable,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    text,
)
from sandbox.shapes.payment_intent import payment_intent

_COMMON: dict[str, Kind] = {
    "customer": text,
    "description": clearable(text),
    "metadata": metadata,
    "payment_method": text,
    "payment_method_types": array(text),
    "receipt_email": clearable(text),
    "setup_future_usage": choice("off_session", "on_session"),
    "statement_descriptor_suffix": clearable(text),
}
_AUTOMATIC = mapping({"enabled": required(boolean), "allow_redirects": choice("always", "never")})
CREATE: dict[str, Kind] = {
    **_COMMON,
    "amount": required(integer(1, 99_999_999)),
    "currency": required(text),
    "automatic_payment_methods": _AUTOMATIC,
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "confirm": boolean,
    "confirmation_method": choice("automatic", "manual"),
    "off_session": boolean,
    "error_on_requires_action": boolean,
    "return_url": text,
}
UPDATE: dict[str, Kind] = {**_COMMON, "amount": integer(1, 99_999_999), "currency": text}
CONFIRM: dict[str, Kind] = {
    "payment_method": text,
    "off_session": boolean,
    "return_url": text,
    "setup_future_usage": choice("off_session", "on_session"),
    "receipt_email": clearable(text),
    "error_on_requires_action": boolean,
}
CAPTURE: dict[str, Kind] = {"amount_to_capture": integer(1), "metadata": metadata}
CANCEL: dict[str, Kind] = {
    "cancellation_reason": choice("duplicate", "fraudulent", "requested_by_customer", "abandoned")
}
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text}
_COPIED = ("description", "receipt_email", "setup_future_usage", "statement_descriptor_suffix", "capture_method")
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(ctx: Context) -> Json:
    given = ctx.params
    customer = ctx.load("customer", given["customer"], "customer")["id"] if given.get("customer") else None
    made = payment_intent(ctx.new_id("pi_"), ctx.now, given["amount"], given["currency"].lower(), customer)
    _set_fields(ctx, made, given)
    if "automatic_payment_methods" in given:
        made["automatic_payment_methods"] = {"allow_redirects": "always", **given["automatic_payment_methods"]}
    ctx.create(made, "payment_intent.created")
    return confirm_with(ctx, made, None) if given.get("confirm") else public(made)


def _set_fields(ctx: Context, intent: Json, given: Json) -> None:
    intent.update({name: given[name] for name in _COPIED if name in given})
    if "metadata" in given:
        intent["metadata"] = merge_metadata(intent["metadata"], given["metadata"])
    if given.get("payment_method"):
        intent["payment_method"] = resolve(ctx, given["payment_method"])["id"]
        intent["status"] = "requires_confirmation"


def update(ctx: Context) -> Json:
    intent = _open(ctx, "update")
    _set_fields(ctx, intent, ctx.params)
    if ctx.param("customer"):
        intent["customer"] = ctx.load("customer", ctx.params["customer"], "customer")["id"]
    intent["amount"] = ctx.param("amount", intent["amount"])
    return public(ctx.update(intent))


def _open(ctx: Context, verb: str, *statuses: str) -> Json:
    intent = ctx.load("payment_intent", ctx.path["id"])
    if intent["status"] not in (statuses or _OPEN):
        raise invalid(
            f"This PaymentIntent could not {verb} because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    return intent


def confirm(ctx: Context) -> Json:
    return confirm_with(ctx, _open(ctx, "be confirmed"), ctx.param("payment_method"))


def confirm_with(ctx: Context, intent: Json, given: str | None) -> Json:
    """Charges `given` or the intent's own method; raises the decline, whose traces stay."""
    chosen = given or intent["payment_method"]
    if not chosen:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            "payment_method",
            "payment_intent_unexpected_state",
        )
    method = resolve(ctx, chosen)
    if method["customer"] and method["customer"] != intent["customer"]:
        raise invalid("The provided PaymentMethod belongs to another customer.", "payment_method")
    charging.confirm(ctx, intent, method)
    _keep(ctx, intent, method)
    settle_invoice(ctx, intent)
    if intent["last_payment_error"]:
        raise charging.decline_error(intent)
    return public(intent)


def _keep(ctx: Context, intent: Json, method: Json) -> None:
    wanted = intent["setup_future_usage"] and intent["customer"] and not method["customer"]
    if wanted and intent["status"] in ("succeeded", "requires_capture"):
        attach(ctx, method, intent["customer"])


def capture(ctx: Context) -> Json:
    intent = _open(ctx, "be captured", "requires_capture")
    amount = ctx.param("amount_to_capture", intent["amount"])
    if amount > intent["amount_capturable"]:
        raise invalid("You cannot capture more than what is capturable.", "amount_to_capture", "amount_too_large")
    return public(charging.capture(ctx, intent, amount))


def cancel(ctx: Context) -> Json:
    intent = _open(ctx, "be canceled", *_OPEN, "requires_capture")
    if intent["_"]["invoice"]:
        raise invalid("You cannot cancel a PaymentIntent of an invoice; void the invoice instead.")
    intent.update(status="canceled", canceled_at=ctx.now, amount_capturable=0, next_action=None)
    intent["cancellation_reason"] = ctx.param("cancellation_reason")
    return public(ctx.update(intent, "payment_intent.canceled"))


def authenticate(ctx: Context, intent: Json, succeeds: bool) -> Json:
    """The customer's answer to a request for authentication (a control of the sandbox)."""
    method = ctx.load("payment_method", intent["payment_method"])
    if succeeds:
        charging.confirm(ctx, intent, method, authenticated=True)
        _keep(ctx, intent, method)
    else:
        intent.update(status="requires_payment_method", payment_method=None, next_action=None)
        message = "We are unable to authenticate your payment method. Please choose a different payment method."
        intent["last_payment_error"] = {
            "code": "payment_intent_authentication_failure",
            "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
            "message": message,
            "payment_method": public(method),
            "type": "invalid_request_error",
        }
        ctx.update(intent, "payment_intent.payment_failed")
    settle_invoice(ctx, intent)
    return public(intent)
