"""One attempt to complete a Checkout session on its page.

The first attempt makes what is needed (customer, intent, incomplete subscription) and notes it; the next ones go on
with it. A decline leaves its traces (the failed charge, its events) and an open session.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives import checkouts
from sandbox.lives.payments.attaching import resolve
from sandbox.nouns.checkout.checkout_buyers import buyer_of, remember_details
from sandbox.nouns.checkout.checkout_orders import subscribe
from sandbox.nouns.payments import payment_intents, setup_intents
from sandbox.protocol.errors import invalid

_WAITING = ("requires_action", "requires_confirmation", "requires_payment_method")


def needs_method(session: Json) -> bool:
    """Nothing to pay needs no card, unless a subscription is to be renewed with one (`always`)."""
    if session["mode"] == "setup" or session["amount_total"]:
        return True
    return bool(session["mode"] == "subscription" and session["payment_method_collection"] == "always")


def pay(ctx: Context, session: Json, chosen: str | None, details: Json) -> Json | None:
    """Tries with a payment method id or test token; the intent that waits for authentication, or None when the
    session is complete. `details`: email, name, phone, address. Raises the decline (402), whose traces stay."""
    if session["status"] != "open":
        raise invalid("This Checkout Session is no longer open.")
    remember_details(session, details)
    buyer = buyer_of(ctx, session)
    if not needs_method(session):
        _order(ctx, session, buyer, None)
        return None
    if not chosen:
        raise invalid("Choose how to pay.", "payment_method")
    method = _method(ctx, session, chosen)
    if session["mode"] == "setup" or not session["amount_total"]:
        return _set_up(ctx, session, buyer, method)
    intent = _intent(ctx, session, buyer)
    ctx.store.put(session)
    if intent["status"] in _WAITING:
        payment_intents.confirm_with(ctx, intent, method["id"])
    return follow(ctx, session)


def _method(ctx: Context, session: Json, chosen: str) -> Json:
    """A saved method of the buyer, or a new one that carries what the buyer said."""
    method = resolve(ctx, chosen)
    if method["customer"] is None:
        details = session["_"]["details"]
        known = {name: details[name] for name in ("email", "name", "phone") if details.get(name)}
        method["billing_details"].update(known)
        method["billing_details"]["address"].update(details.get("address") or {})
        ctx.store.put(method)
    elif method["customer"] != (session["customer"] or session["_"]["customer"]):
        raise invalid("The provided PaymentMethod belongs to another customer.", "payment_method")
    return method


def _intent(ctx: Context, session: Json, buyer: str | None) -> Json:
    """The payment intent of the session or of its subscription's first invoice."""
    notes = session["_"]
    if notes["intent"]:
        known = ctx.load("payment_intent", notes["intent"])
        if known["status"] != "canceled":
            return known
        checkouts.give_up_attempt(ctx, session)
    if session["mode"] == "subscription":
        made = subscribe(ctx, session, str(buyer))
        notes["subscription"] = made["id"]
        notes["intent"] = ctx.load("invoice", made["latest_invoice"])["_"]["intent"]
    else:
        data = session["_"]["given"].get("payment_intent_data") or {}
        wanted = {**data, "amount": session["amount_total"], "currency": session["currency"]}
        wanted["payment_method_types"] = session["payment_method_types"]
        if buyer:
            wanted["customer"] = buyer
        notes["intent"] = session["payment_intent"] = payment_intents.create(ctx.with_params(wanted))["id"]
    return _bound(ctx, "payment_intent", session)


def _bound(ctx: Context, kind: str, session: Json) -> Json:
    """The stored intent, which knows from now on that a session decides about it."""
    intent = ctx.load(kind, session["_"]["intent"])
    intent["_"] = {**intent.get("_", {}), "session": session["id"]}
    ctx.store.put(intent)
    return intent


def _set_up(ctx: Context, session: Json, buyer: str | None, method: Json) -> Json | None:
    """Saves the card without a charge: mode setup, or a subscription that costs nothing today."""
    notes = session["_"]
    if not notes["intent"]:
        wanted = {"payment_method_types": session["payment_method_types"]}
        wanted |= notes["given"].get("setup_intent_data") or {}
        if buyer:
            wanted["customer"] = buyer
        notes["intent"] = setup_intents.create(ctx.with_params(wanted))["id"]
        if session["mode"] == "setup":
            session["setup_intent"] = notes["intent"]
    intent = _bound(ctx, "setup_intent", session)
    ctx.store.put(session)
    setup_intents.confirm_with(ctx, intent, method["id"])
    return follow(ctx, session)


def follow(ctx: Context, session: Json) -> Json | None:
    """After an attempt or its authentication: completes the session where the intent went through; else the intent."""
    notes = session["_"]
    kind = "setup_intent" if str(notes["intent"]).startswith("seti_") else "payment_intent"
    intent = ctx.load(kind, notes["intent"])
    if intent["status"] in _WAITING:
        return intent
    if kind == "setup_intent":
        _order(ctx, session, intent["customer"], intent["payment_method"])
    else:
        checkouts.finish(ctx, session, intent)
    return None


def _order(ctx: Context, session: Json, buyer: str | None, method: str | None) -> None:
    """What costs nothing today is ordered only once the card, if one is asked for, is saved."""
    if session["mode"] == "subscription":
        session["_"]["subscription"] = subscribe(ctx, session, str(buyer), method)["id"]
    checkouts.finish(ctx, session, None)
