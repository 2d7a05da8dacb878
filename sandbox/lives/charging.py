"""Charging a card through a payment intent, with its charge and balance transaction."""

from sandbox.cards import Decline, card_of, decline_of
from sandbox.context import Context
from sandbox.errors import StripeError, declined
from sandbox.jsons import Json, public
from sandbox.shapes.charge import balance_transaction, charge


def confirm(ctx: Context, intent: Json, method: Json, authenticated: bool = False) -> Json:
    """Tries to charge; the intent's status then says what came of it. Emits the intent's and charge's events."""
    intent["payment_method"] = method["id"]
    intent["next_action"] = intent["last_payment_error"] = None
    if card_of(method).authenticates and not authenticated:
        return _ask_for_authentication(ctx, intent)
    decline = decline_of(method)
    made = charge(ctx.new_id("ch_"), ctx.now, intent, method, decline)
    intent["latest_charge"] = made["id"]
    return _fail(ctx, intent, method, made, decline) if decline else _succeed(ctx, intent, method, made)


def _ask_for_authentication(ctx: Context, intent: Json) -> Json:
    intent["status"] = "requires_action"
    intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    return ctx.update(intent, "payment_intent.requires_action")


def _succeed(ctx: Context, intent: Json, method: Json, made: Json) -> Json:
    method["_"]["charges"] += 1
    ctx.store.put(method)
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        ctx.create(made, "charge.succeeded")
        return ctx.update(intent, "payment_intent.amount_capturable_updated")
    _book(ctx, made, made["amount"])
    ctx.create(made, "charge.succeeded")
    intent.update(status="succeeded", amount_received=intent["amount"])
    return ctx.update(intent, "payment_intent.succeeded")


def _book(ctx: Context, made: Json, amount: int) -> None:
    made.update(captured=True, amount_captured=amount)
    text = made["description"] or "Payment"
    entry = ctx.create(balance_transaction(ctx.new_id("txn_"), ctx.now, "charge", amount, made, text))
    made["balance_transaction"] = entry["id"]
    ctx.schedule("balance.available", entry["id"], entry["available_on"])


def _fail(ctx: Context, intent: Json, method: Json, made: Json, decline: Decline) -> Json:
    ctx.create(made, "charge.failed")
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        last_payment_error={
            "advice_code": "try_again_later",
            "charge": made["id"],
            "code": decline.code,
            **({"decline_code": decline.decline_code} if decline.decline_code else {}),
            "doc_url": "https://stripe.com/docs/error-codes/" + decline.code.replace("_", "-"),
            "message": decline.message,
            "network_decline_code": "01",
            "payment_method": public(method),
            "type": "card_error",
        },
    )
    return ctx.update(intent, "payment_intent.payment_failed")


def capture(ctx: Context, intent: Json, amount: int) -> Json:
    """Takes `amount` of what was authorized; the rest is released."""
    made = ctx.load("charge", intent["latest_charge"])
    _book(ctx, made, amount)
    ctx.update(made, "charge.captured")
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    return ctx.update(intent, "payment_intent.succeeded")


def decline_error(intent: Json) -> StripeError:
    """The 402 for an intent whose last attempt failed; what happened before it stays."""
    error = intent["last_payment_error"]
    return declined(
        error["code"],
        error.get("decline_code"),
        error["message"],
        charge=error["charge"],
        payment_intent=public(intent),
        payment_method=error["payment_method"],
        keeps_effects=True,
    )
