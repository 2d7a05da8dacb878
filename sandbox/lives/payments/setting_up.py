"""The life of a setup intent: attempts to save a payment method, each of them kept."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments.attaching import attach, refuses_attaching
from sandbox.lives.payments.charging import next_action, refusal
from sandbox.lives.payments.mandating import permit
from sandbox.methods.cards import ALWAYS, ON_SESSION, OPTIONAL, UNLESS_SET_UP, card_of
from sandbox.methods.declines import Decline
from sandbox.protocol.errors import StripeError, declined
from sandbox.shapes.setup_intent import setup_attempt


def confirm(ctx: Context, intent: Json, method: Json, return_url: str | None = None) -> Json:
    """One attempt with a stored method. An issuer's refusal is a 402 whose trace stays."""
    intent.update(payment_method=method["id"], last_setup_error=None, next_action=None)
    attempt = setup_attempt(ctx.new_id("setatt_"), ctx.now, intent, method)
    intent["latest_attempt"] = attempt["id"]
    if _authenticates(intent, method):
        ctx.create({**attempt, "status": "requires_action"})
        intent.update(status="requires_action", next_action=next_action(intent, return_url))
        return ctx.update(intent, "setup_intent.requires_action")
    ctx.create(attempt)
    return complete(ctx, intent, method)


def _authenticates(intent: Json, method: Json) -> bool:
    if method["type"] != "card":
        return False
    when = card_of(method).authenticates
    if when == OPTIONAL:
        wanted = (intent["payment_method_options"].get("card") or {}).get("request_three_d_secure")
        return wanted in ("any", "challenge")
    return when in (ALWAYS, UNLESS_SET_UP) or (when == ON_SESSION and intent["usage"] == "on_session")


def complete(ctx: Context, intent: Json, method: Json, authenticated: bool = False) -> Json:
    """Saves the method to the intent's customer; raises the refusal of its issuer."""
    decline = refuses_attaching(method)
    if decline is not None:
        raise _refused(ctx, intent, method, decline)
    if intent["customer"]:
        attach(ctx, method, intent["customer"])
    if intent["usage"] == "off_session":
        method["_"]["set_up"] = True
        ctx.store.put(method)
    _close_attempt(ctx, intent, status="succeeded", authenticated=authenticated)
    intent.update(status="succeeded", next_action=None, last_setup_error=None, mandate=permit(ctx, method))
    return ctx.update(intent, "setup_intent.succeeded")


def _close_attempt(
    ctx: Context, intent: Json, status: str, error: Json | None = None, authenticated: bool = False
) -> None:
    if intent["latest_attempt"] is None:
        return
    attempt = ctx.load("setup_attempt", intent["latest_attempt"])
    attempt.update(status=status, setup_error=error)
    card = attempt["payment_method_details"].get("card")
    if card and authenticated:
        card["three_d_secure"] = {
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "result": "authenticated",
            "result_reason": None,
            "transaction_id": None,
            "version": "2.2.0",
        }
    ctx.update(attempt)


def _refused(ctx: Context, intent: Json, method: Json, decline: Decline) -> StripeError:
    fail(ctx, intent, refusal(method, decline))
    return declined(
        decline.code, decline.decline_code, decline.message, setup_intent=public(intent), keeps_effects=True
    )


def fail(ctx: Context, intent: Json, error: Json) -> Json:
    _close_attempt(ctx, intent, status="failed", error=error)
    intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_setup_error=error)
    return ctx.update(intent, "setup_intent.setup_failed")


def fail_authentication(ctx: Context, intent: Json, method: Json) -> Json:
    return fail(
        ctx,
        intent,
        {
            "code": "setup_intent_authentication_failure",
            "doc_url": "https://stripe.com/docs/error-codes/setup-intent-authentication-failure",
            "message": "The latest attempt to set up the payment method has failed because authentication failed.",
            "payment_method": public(method),
            "type": "invalid_request_error",
        },
    )


def cancel(ctx: Context, intent: Json, reason: str | None) -> Json:
    if intent["status"] == "requires_action":
        _close_attempt(ctx, intent, status="abandoned")
    intent.update(status="canceled", cancellation_reason=reason, next_action=None)
    return ctx.update(intent, "setup_intent.canceled")
