"""Charging through a payment intent: the attempt, its charge, and what it leaves in the ledger.

A card is charged at once. A bank debit stays in `processing` until `payment.settle` falls due.
"""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments import ledger, warning
from sandbox.lives.payments.disputing import open_dispute
from sandbox.lives.payments.mandating import permit
from sandbox.methods.banks import bank_of
from sandbox.methods.cards import ALWAYS, ON_SESSION, OPTIONAL, UNLESS_SET_UP, card_of, decline_of, has_expired
from sandbox.methods.declines import CALLED_BACK, UNAUTHENTICATED, Decline
from sandbox.money.fees import fee_of
from sandbox.money.periods import DAY
from sandbox.protocol.addresses import page
from sandbox.protocol.errors import StripeError, declined
from sandbox.shapes.charge import charge, refuse

AUTHORIZED_FOR = 7 * DAY
"""How long a card's authorization waits for its capture."""


def confirm(
    ctx: Context,
    intent: Json,
    method: Json,
    authenticated: bool = False,
    *,
    off_session: bool = False,
    asks: bool = True,
    return_url: str | None = None,
) -> Json:
    """Tries to charge; the intent's status then says what came of it. Emits the intent's and charge's events.
    Where authentication is needed and `asks` is false, the charge is declined for it."""
    intent["payment_method"] = method["id"]
    intent["next_action"] = intent["last_payment_error"] = None
    if method["type"] != "card":
        return _debit(ctx, intent, method)
    needed = not authenticated and _authenticates(intent, method, off_session)
    if needed and asks:
        return _ask_for_authentication(ctx, intent, return_url)
    _renew(ctx, method)
    decline = UNAUTHENTICATED if needed else decline_of(method, ctx.now)
    made = charge(ctx.new_id("ch_"), ctx.now, intent, method, "succeeded", authenticated)
    intent["latest_charge"] = made["id"]
    if decline:
        return _fail(ctx, intent, method, ctx.create(refuse(made, decline), "charge.failed"), decline)
    if authenticated and intent["setup_future_usage"] == "off_session":
        method["_"]["set_up"] = True
    return _succeed(ctx, intent, method, made)


def _authenticates(intent: Json, method: Json, off_session: bool) -> bool:
    when = card_of(method).authenticates
    if when == UNLESS_SET_UP:
        return not (off_session and method["_"]["set_up"])
    if when == OPTIONAL:
        wanted = (intent["payment_method_options"].get("card") or {}).get("request_three_d_secure")
        return wanted in ("any", "challenge")
    return when == ALWAYS or (when == ON_SESSION and not off_session)


def _renew(ctx: Context, method: Json) -> None:
    """The network tells of the card that the bank has sent in place of an expired one."""
    if card_of(method).renewed and has_expired(method["card"], ctx.now):
        method["card"]["exp_year"] += 4
        ctx.update(method, "payment_method.automatically_updated")


def _ask_for_authentication(ctx: Context, intent: Json, return_url: str | None) -> Json:
    intent["status"] = "requires_action"
    intent["next_action"] = next_action(intent, return_url)
    return ctx.update(intent, "payment_intent.requires_action")


def next_action(intent: Json, return_url: str | None) -> Json:
    """With a URL to come back to, a page to go to; else what Stripe.js handles."""
    if return_url:
        there = page(f"/authenticate/{intent['id']}")
        return {"redirect_to_url": {"return_url": return_url, "url": there}, "type": "redirect_to_url"}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}


def _succeed(ctx: Context, intent: Json, method: Json, made: Json) -> Json:
    method["_"]["charges"] += 1
    ctx.store.put(method)
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        ctx.create(made, "charge.succeeded")
        ctx.schedule("payment.expire", intent["id"], ctx.now + AUTHORIZED_FOR)
        return ctx.update(intent, "payment_intent.amount_capturable_updated")
    _book(ctx, made, made["amount"], method)
    ctx.create(made, "charge.succeeded")
    intent.update(status="succeeded", amount_received=intent["amount"])
    ctx.update(intent, "payment_intent.succeeded")
    follow_up(ctx, made, method)
    return intent


def _book(ctx: Context, made: Json, amount: int, method: Json) -> None:
    made.update(captured=True, amount_captured=amount)
    kind = method["type"]
    wait = 0 if kind == "card" and card_of(method).bypass else ledger.SETTLES_AFTER
    entry = ledger.book(
        ctx,
        "charge" if kind == "card" else "payment",
        amount,
        made,
        fee=fee_of(ledger.settled(ctx, amount, made["currency"]), kind),
        description=made["description"] or "Payment",
        delay=wait if kind == "card" else days_of(ctx, method) * DAY,
    )
    made["balance_transaction"] = entry["id"]


def follow_up(ctx: Context, made: Json, method: Json) -> None:
    """What the test methods that stand for trouble bring about once they have paid."""
    if method["type"] != "card":
        if bank_of(method).disputed:
            open_dispute(ctx, made, "debit_not_authorized")
        return
    card = card_of(method)
    if card.warned:
        warning.warn(ctx, made)
    if card.dispute:
        inquiry = card.dispute == "inquiry"
        open_dispute(ctx, made, "fraudulent" if inquiry else card.dispute, inquiry=inquiry)


def _fail(ctx: Context, intent: Json, method: Json, made: Json, decline: Decline) -> Json:
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        last_payment_error=refusal(method, decline, charge=made["id"]),
    )
    return ctx.update(intent, "payment_intent.payment_failed")


def refusal(method: Json, decline: Decline, **fields: str) -> Json:
    """A refusal as intents and attempts keep it."""
    return {
        "advice_code": decline.advice,
        **fields,
        "code": decline.code,
        **({"decline_code": decline.decline_code} if decline.decline_code else {}),
        "doc_url": "https://stripe.com/docs/error-codes/" + decline.code.replace("_", "-"),
        "message": decline.message,
        "network_decline_code": decline.network,
        "payment_method": public(method),
        "type": "card_error" if method["type"] == "card" else "invalid_request_error",
    }


def days_of(ctx: Context, method: Json) -> int:
    """How many days a debit of this bank account takes."""
    return int(ctx.settings["debit_days"][method["type"]] * max(1, bank_of(method).slowness))


def _debit(ctx: Context, intent: Json, method: Json) -> Json:
    permit(ctx, method)
    made = charge(ctx.new_id("py_"), ctx.now, intent, method, "pending")
    made["paid"] = False
    _book(ctx, made, made["amount"], method)
    ctx.create(made, "charge.pending")
    intent.update(status="processing", latest_charge=made["id"])
    if bank_of(method).slowness:
        ctx.schedule("payment.settle", intent["id"], ctx.now + days_of(ctx, method) * DAY)
    else:
        ctx.unschedule("balance.available", made["balance_transaction"])
    return ctx.update(intent, "payment_intent.processing")


def settle(ctx: Context, intent: Json, decline: Decline | None = None) -> Json:
    """The end of a debit that was processing: paid, or sent back by the bank."""
    ctx.unschedule("payment.settle", intent["id"])
    method = ctx.load("payment_method", intent["payment_method"])
    made = ctx.load("charge", intent["latest_charge"])
    entry = ctx.load("balance_transaction", made["balance_transaction"])
    ctx.unschedule("balance.available", entry["id"])
    ledger.free(ctx, entry)
    decline = decline or bank_of(method).decline
    if decline:
        _send_back(ctx, made, entry)
        return _fail(ctx, intent, method, ctx.update(refuse(made, decline), "charge.failed"), decline)
    made.update(status="succeeded", paid=True)
    ctx.update(made, "charge.succeeded")
    intent.update(status="succeeded", amount_received=intent["amount"])
    ctx.update(intent, "payment_intent.succeeded")
    follow_up(ctx, made, method)
    return intent


def _send_back(ctx: Context, made: Json, entry: Json) -> None:
    """The money of a failed debit leaves again, and its fee is given back."""
    text = f"Payment failure refund for {made['id']}"
    back = ledger.book(ctx, "payment_failure_refund", -made["amount"], made, fee=-entry["fee"], description=text)
    made["failure_balance_transaction"] = back["id"]


def capture(ctx: Context, intent: Json, amount: int) -> Json:
    """Takes `amount` of what was authorized; the rest is released."""
    made = ctx.load("charge", intent["latest_charge"])
    method = ctx.load("payment_method", intent["payment_method"])
    ctx.unschedule("payment.expire", intent["id"])
    _book(ctx, made, amount, method)
    ctx.update(made, "charge.captured")
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    ctx.update(intent, "payment_intent.succeeded")
    follow_up(ctx, made, method)
    return intent


def cancel(ctx: Context, intent: Json, reason: str | None) -> Json:
    """Gives up what has not been paid: an authorization is released, a debit that is on its way is called back."""
    if intent["status"] == "requires_capture":
        _release(ctx, ctx.load("charge", intent["latest_charge"]), "charge.refunded")
    elif intent["status"] == "processing":
        _call_back(ctx, ctx.load("charge", intent["latest_charge"]))
    for kind in ("payment.expire", "payment.settle"):
        ctx.unschedule(kind, intent["id"])
    intent.update(status="canceled", canceled_at=ctx.now, amount_capturable=0, next_action=None)
    intent["cancellation_reason"] = reason
    return ctx.update(intent, "payment_intent.canceled")


def _release(ctx: Context, made: Json, event: str) -> None:
    made.update(amount_refunded=made["amount"], refunded=True)
    ctx.update(made, event)


def _call_back(ctx: Context, made: Json) -> None:
    entry = ctx.load("balance_transaction", made["balance_transaction"])
    ctx.unschedule("balance.available", entry["id"])
    ledger.free(ctx, entry)
    _send_back(ctx, made, entry)
    ctx.update(refuse(made, CALLED_BACK), "charge.failed")


def expire(ctx: Context, intent: Json) -> None:
    """An authorization that nobody captured in time."""
    if intent["status"] == "requires_capture":
        _release(ctx, ctx.load("charge", intent["latest_charge"]), "charge.expired")
        intent.update(status="canceled", canceled_at=ctx.now, amount_capturable=0, cancellation_reason="automatic")
        ctx.update(intent, "payment_intent.canceled")


def fail_authentication(ctx: Context, intent: Json, method: Json) -> Json:
    """The customer could not, or would not, prove to be the owner of the card."""
    code = f"{intent['object']}_authentication_failure"
    error = {
        "code": code,
        "doc_url": "https://stripe.com/docs/error-codes/" + code.replace("_", "-"),
        "message": "We are unable to authenticate your payment method. Please choose a different payment method and"
        " try again.",
        "payment_method": public(method),
        "type": "invalid_request_error",
    }
    intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)
    return ctx.update(intent, "payment_intent.payment_failed")


def decline_error(intent: Json) -> StripeError:
    """The 402 for an intent whose last attempt failed; what happened before it stays."""
    error = intent["last_payment_error"]
    return declined(
        error["code"],
        error.get("decline_code"),
        error["message"],
        charge=error.get("charge"),
        payment_intent=public(intent),
        payment_method=error["payment_method"],
        keeps_effects=True,
    )
