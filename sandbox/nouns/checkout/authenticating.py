"""What the buyer's bank answers to a request for authentication, and where the buyer goes from there."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.checkout import checkout_paying
from sandbox.nouns.customers import customers
from sandbox.nouns.payments import payment_intents, setup_intents
from sandbox.protocol.errors import StripeError, missing


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
        setup_intents.authenticate(ctx, intent, succeeds)
    session = session_of(ctx, load(ctx, intent["id"]))
    if session and session["status"] == "open":
        checkout_paying.follow(ctx, session)
    changed = load(ctx, intent["id"])
    owner = (changed.get("_") or {}).get("default_for")
    if owner and changed["status"] == "succeeded":
        given = {"invoice_settings": {"default_payment_method": changed["payment_method"]}}
        customers.update(ctx.with_params(given, id=owner))
    return changed


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
