"""When the clock has to come back to a subscription."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.periods import DAY

KINDS = (
    "subscription.cycle",
    "subscription.trial_will_end",
    "subscription.upcoming",
    "subscription.cancel",
    "subscription.resume",
    "subscription.expire",
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


def _moments(ctx: Context, subscription: Json) -> list[tuple[str, int]]:
    status, (_, end) = subscription["status"], period_of(subscription)
    if status in ("canceled", "incomplete_expired", "paused"):
        return []
    if status == "incomplete":
        return [("subscription.expire", subscription["created"] + INCOMPLETE_LIFE)]
    moments = [("subscription.cycle", end)]
    if subscription["cancel_at"] and subscription["cancel_at"] < end:
        moments.append(("subscription.cancel", subscription["cancel_at"]))
    pause = subscription["pause_collection"]
    if pause and pause["resumes_at"]:
        moments.append(("subscription.resume", pause["resumes_at"]))
    notice = end - TRIAL_NOTICE
    if status == "trialing" and notice >= ctx.now:
        moments.append(("subscription.trial_will_end", notice))
    upcoming = end - ctx.settings["upcoming_days"] * DAY
    ends = subscription["cancel_at_period_end"] or (subscription["cancel_at"] or end + 1) <= end
    if ctx.now < upcoming < end and not ends:
        moments.append(("subscription.upcoming", upcoming))
    return moments
