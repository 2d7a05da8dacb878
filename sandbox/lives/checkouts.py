"""The ends of a Checkout session: complete, or expired."""

from sandbox.addresses import page
from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives import ending
from sandbox.periods import DAY

RECOVERABLE = 30 * DAY


def complete(ctx: Context, session: Json, payment_status: str) -> Json:
    """Nothing can be done on its page from now on."""
    session.update(status="complete", payment_status=payment_status, url=None, client_secret=None)
    ctx.unschedule("checkout.expire", session["id"])
    return ctx.update(session, "checkout.session.completed")


def expire(ctx: Context, session: Json) -> Json:
    """Closes it and what an attempt may have left: its intent, its incomplete subscription."""
    session.update(status="expired", url=None, client_secret=None)
    ctx.unschedule("checkout.expire", session["id"])
    _cancel_intent(ctx, session["_"]["intent"])
    subscription = ctx.store.get(session["_"]["subscription"]) if session["_"]["subscription"] else None
    if subscription and subscription["status"] == "incomplete":
        ending.expire(ctx, subscription)
    recovery = (session["after_expiration"] or {}).get("recovery")
    if recovery and recovery["enabled"]:
        recovery.update(expires_at=ctx.now + RECOVERABLE, url=page(f"/c/recover/{session['id']}"))
    return ctx.update(session, "checkout.session.expired")


def _cancel_intent(ctx: Context, intent_id: str | None) -> None:
    intent = ctx.store.get(intent_id) if intent_id else None
    if intent is None or intent["status"] in ("succeeded", "canceled", "processing") or intent["_"].get("invoice"):
        return
    intent.update(status="canceled", cancellation_reason="abandoned", next_action=None)
    if intent["object"] == "payment_intent":
        intent.update(canceled_at=ctx.now, amount_capturable=0)
    ctx.update(intent, f"{intent['object']}.canceled")
