"""When an invoice that was not paid is tried again, and what is not tried.

Stripe's rules (invoice.attempt_count, Smart Retries): the first attempt of any kind counts, later ones only if they are
automatic; after a hard decline the retries go on being scheduled and counted, but the same method is not charged.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.methods.declines import HARD
from sandbox.money.periods import DAY


def count(invoice: Json, automatic: bool) -> bool:
    """Notes an attempt; whether the schedule of retries follows it."""
    follows = automatic or invoice["attempt_count"] == 0
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + (1 if follows else 0))
    return follows


def plan(ctx: Context, invoice: Json) -> None:
    """Schedules the next attempt by the settings, counted from the first; or notes that none is left."""
    notes = invoice["_"]
    notes["first_attempt"] = notes["first_attempt"] or ctx.now
    moments = [notes["first_attempt"] + int(day * DAY) for day in ctx.settings["retry_days"]]
    following = next((moment for moment in moments if moment > ctx.now), None)
    invoice["next_payment_attempt"] = following
    if following:
        ctx.schedule("invoice.retry", invoice["id"], following)
    else:
        ctx.schedule("invoice.exhausted", invoice["id"], ctx.now)


def bar(invoice: Json, intent: Json, method: Json) -> None:
    """Notes a method that must not be charged again for this invoice: hard declines, and authentication."""
    error = intent["last_payment_error"] or {}
    reason = error.get("decline_code") or error.get("code")
    hard = reason in HARD or intent["status"] == "requires_action"
    invoice["_"]["barred"] = method["id"] if hard else None


def is_barred(invoice: Json, method: Json) -> bool:
    return bool(invoice["_"].get("barred") == method["id"])
