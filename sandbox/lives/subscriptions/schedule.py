"""When the clock has to come back to a subscription."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.usage import entitling
from sandbox.money.periods import DAY

KINDS = (
    "subscription.cycle",
    "subscription.trial_will_end",
    "subscription.upcoming",
    "subscription.cancel",
    "subscription.resume",
    "subscription.expire",
    "subscription.pending_update_expires",
    "subscription.pending_items",
)
TRIAL_NOTICE = 3 * DAY
INCOMPLETE_LIFE = 23 * 3600


def period_of(subscription: Json) -> tuple[int, int]:
    """(start, end) of the current period that ends first; items of one interval share it."""
    item = min(subscription["items"]["data"], key=lambda entry: int(entry["current_period_end"]))
    return item["current_period_start"], item["current_period_end"]


def reschedule(ctx: Context, subscription: Json) -> None:
    """Replaces all due work of the subscription by what its present state asks for."""
    for kind in KINDS:
        ctx.unschedule(kind, subscription["id"])
    for kind, at in _moments(ctx, subscription):
        ctx.schedule(kind, subscription["id"], at)
    entitling.refresh(ctx, subscription)


def _moments(ctx: Context, subscription: Json) -> list[tuple[str, int]]:
    status = subscription["status"]
    if status in ("canceled", "incomplete_expired"):
        return []
    if status in ("incomplete", "paused"):
        waiting, cancel = _first_payment_until(ctx, subscription), subscription["cancel_at"]
        asked = (("subscription.expire", waiting), ("subscription.cancel", cancel))
        return [(kind, at) for kind, at in asked if at]
    return [*_of_periods(ctx, subscription), *_of_requests(subscription)]


def _first_payment_until(ctx: Context, subscription: Json) -> int | None:
    """When an unpaid first invoice, or that of a resumption, is given up."""
    if subscription["status"] == "incomplete":
        return int(subscription["created"]) + INCOMPLETE_LIFE
    held = subscription["_"].get("held")
    return int(ctx.load("invoice", held["invoice"])["created"]) + INCOMPLETE_LIFE if held else None


def _of_periods(ctx: Context, subscription: Json) -> list[tuple[str, int]]:
    end = period_of(subscription)[1]
    moments = [("subscription.cycle", end)]
    notice = end - TRIAL_NOTICE
    if subscription["status"] == "trialing" and notice >= ctx.now:
        moments.append(("subscription.trial_will_end", notice))
    upcoming = end - ctx.settings["upcoming_days"] * DAY
    ends = subscription["cancel_at"] is not None and subscription["cancel_at"] <= end
    if ctx.now < upcoming < end and not ends:
        moments.append(("subscription.upcoming", upcoming))
    if ends and subscription["cancel_at"] < end:
        moments.append(("subscription.cancel", subscription["cancel_at"]))
    return moments


def _of_requests(subscription: Json) -> list[tuple[str, int]]:
    """What was asked for a certain moment."""
    pause, update = subscription["pause_collection"], subscription["pending_update"]
    asked = (
        ("subscription.resume", pause and pause["resumes_at"]),
        ("subscription.pending_update_expires", update and update["expires_at"]),
        ("subscription.pending_items", subscription["next_pending_invoice_item_invoice"]),
    )
    return [(kind, at) for kind, at in asked if at]
