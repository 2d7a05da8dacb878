"""A schedule's phases lived: the subscription's start, the turn from phase to phase, the end of the last.

What the clock does is left as a draft for an hour, as with a renewal; the first invoice too. A turn on the second
at which a period ends moves no money by itself: the renewal of that second already bills the new phase.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.schedules.phase_items import add_invoice_items, items_of
from sandbox.lives.schedules.phase_pricing import reprice
from sandbox.lives.subscriptions import changing, ending, starting
from sandbox.lives.subscriptions.backdating import backdate
from sandbox.lives.subscriptions.cycles import await_finalization
from sandbox.lives.subscriptions.item_periods import boundary_after, interval_of, set_all, set_anchor
from sandbox.lives.subscriptions.schedule import period_of, reschedule
from sandbox.lives.subscriptions.schedule_standing import await_turn, current, release, schedule_of
from sandbox.protocol.errors import StripeError, invalid
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.subscription import subscription as new_subscription


def begin(ctx: Context, schedule: Json) -> Json | None:
    """Makes the subscription of a schedule at the start of its first phase; its draft if any, not yet finalized.

    The schedule is changed, not stored.
    """
    phase = schedule["phases"][0]
    made = new_subscription(ctx.new_id("sub_"), ctx.now, schedule["customer"], phase["currency"])
    made.update(billing_mode=schedule["billing_mode"], schedule=schedule["id"])
    made["items"]["data"] = items_of(ctx, made, phase)
    reprice(ctx, made, made["items"]["data"], phase)
    _set_fields(made, schedule, phase)
    given: Json = {"proration_behavior": phase["proration_behavior"]}
    if phase["trial_end"]:
        given["trial_end"] = phase["trial_end"]
    late = phase["start_date"] < ctx.now
    draft = starting.prepare(ctx, made, given, keeps_empty=late or bool(phase["add_invoice_items"]))
    if draft is not None:
        add_invoice_items(ctx, made, phase, period_of(made), draft)
        if late:
            backdate(ctx, made, draft, phase["start_date"], billed=phase["proration_behavior"] != "none")
    schedule.update(status="active", subscription=made["id"], current_phase=_span(phase))
    return draft


def start(ctx: Context, schedule: Json) -> Json:
    """Begins, and leaves the first invoice as a draft for an hour; the subscription, announced."""
    return announce(ctx, schedule, begin(ctx, schedule))


def announce(ctx: Context, schedule: Json, draft: Json | None) -> Json:
    """What follows the beginning of a schedule's subscription: its draft waits, its events go out."""
    subscription = ctx.load("subscription", schedule["subscription"])
    if draft is not None:
        await_finalization(ctx, subscription, draft)
    reschedule(ctx, subscription)
    ctx.store.put(subscription)
    ctx.emit("customer.subscription.created", subscription)
    await_turn(ctx, schedule)
    return subscription


def _span(phase: Json) -> Json:
    return {"end_date": phase["end_date"], "start_date": phase["start_date"]}


def turn(ctx: Context, schedule: Json) -> None:
    """Due: the start, the next phase, or what follows the last."""
    if schedule["status"] == "not_started":
        start(ctx, schedule)
        ctx.update(schedule, "subscription_schedule.updated")
        return
    following = after(schedule)
    subscription = ctx.load("subscription", schedule["subscription"])
    if following is not None:
        turn_to(ctx, schedule, subscription, following)
    elif schedule["end_behavior"] == "cancel":
        ending.end(ctx, subscription, "cancellation_requested")
    else:
        release(ctx, schedule, subscription)
        ctx.update(subscription, "customer.subscription.updated")


def after(schedule: Json) -> Json | None:
    """The phase that follows the one that is being lived."""
    phase = current(schedule)
    end = phase["end_date"] if phase else None
    return next((other for other in schedule["phases"] if other["start_date"] == end), None)


def turn_to(ctx: Context, schedule: Json, subscription: Json, phase: Json) -> None:
    """Enters a phase and announces it; an invoice that this makes waits for its hour."""
    draft = enter(ctx, schedule, subscription, phase)
    if draft is not None:
        await_finalization(ctx, subscription, draft)
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")
    schedule["current_phase"] = _span(phase)
    await_turn(ctx, schedule)
    ctx.update(schedule, "subscription_schedule.updated")


def enter(ctx: Context, schedule: Json, subscription: Json, phase: Json) -> Json | None:
    """Puts a phase's items and settings in place; the draft of what this costs now, or None. Stores nothing of the
    subscription itself."""
    boundary = all(item["current_period_end"] <= ctx.now for item in subscription["items"]["data"])
    items = items_of(ctx, subscription, phase)
    reprice(ctx, subscription, items, phase)
    if boundary or subscription["status"] == "paused":
        draft = _enter_at_renewal(ctx, schedule, subscription, phase, items)
        period = (ctx.now, min(boundary_after(subscription, item, ctx.now) for item in items))
    else:
        draft = changing.prepare(ctx, subscription, items, _change(ctx, schedule, subscription, phase))
        period = period_of(subscription)
    add_invoice_items(ctx, subscription, phase, period, draft)
    _set_fields(subscription, schedule, phase)
    return draft


def alter(ctx: Context, schedule: Json, subscription: Json, old: Json, phase: Json) -> Json | None:
    """The phase that is being lived becomes another: the draft of what this costs now, or None. What it put on its
    first invoice is not put there again."""
    given: Json = {"proration_behavior": phase["proration_behavior"]}
    if phase["trial_end"] != old["trial_end"]:
        given["trial_end"] = phase["trial_end"] if (phase["trial_end"] or 0) > ctx.now else "now"
    if phase["billing_cycle_anchor"] == "phase_start" != old["billing_cycle_anchor"]:
        given["billing_cycle_anchor"] = "now"
    items = items_of(ctx, subscription, phase)
    reprice(ctx, subscription, items, phase, old)
    draft = changing.prepare(ctx, subscription, items, given)
    _set_fields(subscription, schedule, phase)
    return draft


def next_draft(quiet: Context, subscription: Json) -> Json | None:
    """Inside a rehearsal: lives through the turns up to the end of the present period; the draft of one that makes
    an invoice of its own, else None. Raises `invoice_upcoming_none` where the schedule ends the subscription."""
    schedule = schedule_of(quiet, subscription)
    while schedule and (phase := current(schedule)) and phase["end_date"] <= period_of(subscription)[1]:
        following, quiet.now = after(schedule), phase["end_date"]
        if following is None:
            if schedule["end_behavior"] == "cancel":
                raise no_upcoming(subscription)
            return None
        draft = enter(quiet, schedule, subscription, following)
        schedule["current_phase"] = _span(following)
        if draft is not None:
            return draft
    return None


def no_upcoming(subscription: Json) -> StripeError:
    """What a preview answers where nothing will be invoiced."""
    return invalid(
        f"No upcoming invoices for customer: {subscription['customer']}", code="invoice_upcoming_none", status=404
    )


def _enter_at_renewal(ctx: Context, schedule: Json, subscription: Json, phase: Json, items: list[Json]) -> Json | None:
    old = subscription["items"]["data"]
    if phase["trial_end"] and phase["trial_end"] > ctx.now:
        change = {"trial_end": phase["trial_end"], "proration_behavior": "none"}
        return changing.prepare(ctx, subscription, items, change)
    start, end = period_of(subscription)
    subscription["items"]["data"] = items
    set_all(subscription, start, end)
    shared = {interval_of(item["price"]) for item in old} & {interval_of(item["price"]) for item in items}
    if not shared or _anchor(schedule, phase) == "phase_start":
        set_anchor(subscription, ctx.now)
    return None


def _anchor(schedule: Json, phase: Json) -> str:
    return str(phase["billing_cycle_anchor"] or schedule["default_settings"]["billing_cycle_anchor"])


def _change(ctx: Context, schedule: Json, subscription: Json, phase: Json) -> Json:
    """The turn to a phase within a period, as a change of a subscription. A trial that the phase does not go on
    with ends now."""
    given: Json = {"proration_behavior": phase["proration_behavior"]}
    if phase["trial_end"] and phase["trial_end"] > ctx.now:
        given["trial_end"] = phase["trial_end"]
    elif subscription["status"] == "trialing":
        given["trial_end"] = "now"
    elif _anchor(schedule, phase) == "phase_start":
        given["billing_cycle_anchor"] = "now"
    return given


def _set_fields(subscription: Json, schedule: Json, phase: Json) -> None:
    """What a phase says, else the schedule's default settings, else what was before."""
    defaults = schedule["default_settings"]
    invoices = phase["invoice_settings"] or defaults["invoice_settings"]
    method = phase["collection_method"] or defaults["collection_method"]
    subscription["collection_method"] = method
    subscription["days_until_due"] = invoices["days_until_due"] if method == "send_invoice" else None
    for name in ("default_payment_method", "description"):
        subscription[name] = phase[name] or defaults[name] or subscription[name]
    subscription["metadata"] = merge_metadata(subscription["metadata"], phase["metadata"])
    if schedule["end_behavior"] == "cancel":
        subscription.update(cancel_at=schedule["phases"][-1]["end_date"])
