"""What a schedule becomes as a consequence of its subscription; and its due work."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.money.periods import DAY
from sandbox.shapes.subscription_schedule import phase_item

NOTICE = 7 * DAY
"""`subscription_schedule.expiring` comes this long before a schedule's end."""
KINDS = ("schedule.phase", "schedule.expiring")


def schedule_of(ctx: Context, subscription: Json) -> Json | None:
    """The schedule that a subscription is attached to."""
    return ctx.store.get(subscription["schedule"]) if subscription["schedule"] else None


def current(schedule: Json) -> Json | None:
    """The phase that is being lived."""
    if schedule["current_phase"] is None:
        return None
    start = schedule["current_phase"]["start_date"]
    return next((phase for phase in schedule["phases"] if phase["start_date"] == start), None)


def await_turn(ctx: Context, schedule: Json) -> None:
    """Replaces the schedule's due work by its next turn and the notice of its end."""
    for kind in KINDS:
        ctx.unschedule(kind, schedule["id"])
    if schedule["status"] not in ("not_started", "active"):
        return
    phase, end = current(schedule), schedule["phases"][-1]["end_date"]
    turn = phase["end_date"] if phase else schedule["phases"][0]["start_date"]
    ctx.schedule("schedule.phase", schedule["id"], turn)
    if end - NOTICE > ctx.now:
        ctx.schedule("schedule.expiring", schedule["id"], end - NOTICE)


def close(ctx: Context, schedule: Json, status: str, *events: str) -> Json:
    """Canceled, completed or released now: no phase follows."""
    schedule.update(status=status, current_phase=None)
    schedule[f"{status}_at"] = ctx.now
    for kind in KINDS:
        ctx.unschedule(kind, schedule["id"])
    return ctx.update(schedule, f"subscription_schedule.{status}", *events)


def release(ctx: Context, schedule: Json, subscription: Json | None, keep_cancel_date: bool = False) -> Json:
    """Lets go of the subscription, which goes on as it is; the caller stores the subscription."""
    if subscription is not None:
        subscription["schedule"] = None
        if schedule["end_behavior"] == "cancel" and not keep_cancel_date:
            subscription.update(cancel_at=None, canceled_at=None)
            subscription["cancellation_details"]["reason"] = None
    schedule.update(released_subscription=schedule["subscription"], subscription=None)
    return close(ctx, schedule, "released", "subscription_schedule.updated")


def subscription_ended(ctx: Context, subscription: Json, reason: str | None) -> None:
    """The schedule of a subscription that ended just now: completed where the schedule asked for the end, aborted
    where nobody paid, else canceled."""
    schedule = schedule_of(ctx, subscription)
    if schedule is None or schedule["status"] != "active":
        return
    asked = schedule["end_behavior"] == "cancel" and schedule["phases"][-1]["end_date"] <= ctx.now
    if asked:
        close(ctx, schedule, "completed", "subscription_schedule.updated")
    elif reason == "payment_failed":
        close(ctx, schedule, "canceled", "subscription_schedule.aborted")
    else:
        close(ctx, schedule, "canceled")


def subscription_changed(ctx: Context, subscription: Json) -> None:
    """A change of the subscription itself is a change of the phase that is being lived."""
    schedule = schedule_of(ctx, subscription)
    phase = current(schedule) if schedule else None
    if schedule is None or phase is None:
        return
    phase["items"] = items_shown(subscription)
    ctx.update(schedule, "subscription_schedule.updated")


def items_shown(subscription: Json) -> list[Json]:
    """The items of a subscription as a phase shows them."""
    return [_item_shown(item) for item in subscription["items"]["data"]]


def _item_shown(item: Json) -> Json:
    made = phase_item(item["price"]["id"], item["quantity"], dict(item["metadata"]))
    return {**made, "discounts": discounts_shown(item), "tax_rates": list(item["tax_rates"])}


def discounts_shown(holder: Json) -> list[Json]:
    """The discounts of a subscription or item, as those that its phase goes on with."""
    return [{"coupon": None, "discount": each, "promotion_code": None} for each in holder["discounts"]]
