"""What the buyer's bank answers to a request for authentication, and where the buyer goes from there."""

from sandbox.context import Context
from sandbox.errors import StripeError, missing
from sandbox.jsons import Json, public
from sandbox.nouns import checkout_paying, payment_intents, setup_intents

_MESSAGE = "We are unable to authenticate your payment method. Please choose a different payment method and try again."


def load(ctx: Context, intent_id: str) -> Json:
    """A stored payment or setup intent."""
    kind = "setup_intent" if intent_id.startswith("seti_") else "payment_intent"
    try:
        return ctx.load(kind, intent_id)
    except StripeError:
        raise missing("intent", intent_id) from None


def answer(ctx: Context, intent: Json, succeeds: bool) -> Json:
    """The stored intent after the bank's answer; a session that waited for it is completed, or stays open."""
    if intent["object"] == "payment_intent":
        payment_intents.authenticate(ctx, intent, succeeds)
    else:
        _answer_setup(ctx, intent, succeeds)
    session = session_of(ctx, load(ctx, intent["id"]))
    if session and session["status"] == "open":
        checkout_paying.follow(ctx, session)
    return load(ctx, intent["id"])


def _answer_setup(ctx: Context, intent: Json, succeeds: bool) -> None:
    method = ctx.load("payment_method", intent["payment_method"])
    if succeeds:
        setup_intents.complete(ctx, intent, method)
        return
    error = {
        "code": "setup_intent_authentication_failure",
        "doc_url": "https://stripe.com/docs/error-codes/setup-intent-authentication-failure",
        "message": _MESSAGE,
        "payment_method": public(method),
        "type": "invalid_request_error",
    }
    intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_setup_error=error)
    ctx.update(intent, "setup_intent.setup_failed")


def session_of(ctx: Context, intent: Json) -> Json | None:
    """The Checkout session that an intent belongs to."""
    owner = (intent.get("_") or {}).get("session")
    return ctx.store.get(owner) if owner else None


def onward(ctx: Context, intent: Json) -> str:
    """The page that the buyer came from; "" where there is none."""
    session = session_of(ctx, intent)
    if session:
        return f"/c/pay/{session['id']}"
    return str((intent.get("_") or {}).get("page") or "")
