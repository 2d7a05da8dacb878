"""The ends of a Checkout session: complete, or expired."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.subscriptions import ending
from sandbox.money.periods import DAY
from sandbox.protocol.addresses import page
from sandbox.shapes.checkout_session import customer_details

RECOVERABLE = 30 * DAY


def finish(ctx: Context, session: Json, intent: Json | None) -> Json:
    """Complete: names what came of it. `intent` is the payment, if there was one to make."""
    notes = session["_"]
    customer = ctx.load("customer", session["customer"] or notes["customer"]) if _has_customer(session) else None
    if notes["subscription"]:
        _start(ctx, session, intent)
    session.update(status="complete", url=None, client_secret=None)
    session["customer"] = customer["id"] if customer else None
    session["customer_details"] = customer_details({**(customer or {}), **notes["details"]})
    if intent:
        session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
    ctx.unschedule("checkout.expire", session["id"])
    ctx.update(session, "checkout.session.completed")
    _count(ctx, session)
    return session


def _count(ctx: Context, session: Json) -> None:
    """A payment link may be good for so many completed sessions only."""
    link = ctx.store.get(session["payment_link"]) if session["payment_link"] else None
    limits = (link["restrictions"] or {}).get("completed_sessions") if link else None
    if link and limits:
        limits["count"] += 1
        link["active"] = link["active"] and limits["count"] < limits["limit"]
        ctx.update(link, "payment_link.updated")


def follow_debit(ctx: Context, intent: Json) -> None:
    """Days after a session was completed with a bank debit: what the bank answered."""
    owner = intent["_"].get("session")
    session = ctx.store.get(owner) if owner else None
    if session is None or session["status"] != "complete" or session["payment_status"] != "unpaid":
        return
    if intent["status"] == "succeeded":
        session["payment_status"] = "paid"
        ctx.store.put(session)
        ctx.emit("checkout.session.async_payment_succeeded", session)
    elif intent["status"] in ("requires_payment_method", "canceled"):
        ctx.emit("checkout.session.async_payment_failed", session)


def _has_customer(session: Json) -> bool:
    return bool(session["customer"] or session["_"]["customer"])


def _start(ctx: Context, session: Json, intent: Json | None) -> None:
    """Names the subscription and its invoice; what paid now is what pays later."""
    subscription = ctx.load("subscription", session["_"]["subscription"])
    session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
    if intent and subscription["default_payment_method"] != intent["payment_method"]:
        subscription["default_payment_method"] = intent["payment_method"]
        ctx.update(subscription, "customer.subscription.updated")


def expire(ctx: Context, session: Json) -> Json:
    """Closes it and what an attempt may have left: its intent, its incomplete subscription."""
    session.update(status="expired", url=None, client_secret=None)
    ctx.unschedule("checkout.expire", session["id"])
    _close_attempt(ctx, session)
    recovery = (session["after_expiration"] or {}).get("recovery")
    if recovery and recovery["enabled"]:
        recovery.update(expires_at=ctx.now + RECOVERABLE, url=page(f"/c/recover/{session['id']}"))
    return ctx.update(session, "checkout.session.expired")


def _close_attempt(ctx: Context, session: Json) -> None:
    notes = session["_"]
    _cancel_intent(ctx, notes["intent"])
    subscription = ctx.store.get(notes["subscription"]) if notes["subscription"] else None
    if subscription and subscription["status"] == "incomplete":
        ending.expire(ctx, subscription)


def give_up_attempt(ctx: Context, session: Json) -> None:
    """The order is another now: the next attempt starts anew. The buyer stays the same."""
    _close_attempt(ctx, session)
    session["_"].update(intent=None, subscription=None)
    session.update(payment_intent=None, setup_intent=None)


def _cancel_intent(ctx: Context, intent_id: str | None) -> None:
    intent = ctx.store.get(intent_id) if intent_id else None
    if intent is None or intent["status"] in ("succeeded", "canceled", "processing") or intent["_"].get("invoice"):
        return
    intent.update(status="canceled", cancellation_reason="abandoned", next_action=None)
    if intent["object"] == "payment_intent":
        intent.update(canceled_at=ctx.now, amount_capturable=0)
    ctx.update(intent, f"{intent['object']}.canceled")
