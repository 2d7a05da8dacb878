"""Subscription schedules."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.schedules import phasing
from sandbox.lives.subscriptions import changing
from sandbox.lives.subscriptions import schedule_standing as standing
from sandbox.lives.subscriptions.schedule import reschedule
from sandbox.nouns.schedules.schedule_fields import build, check_collection, set_fields
from sandbox.nouns.schedules.schedule_migrating import migrated
from sandbox.nouns.schedules.schedule_params import MOMENTS
from sandbox.nouns.schedules.schedule_updating import apply_phases
from sandbox.nouns.subscriptions import subscriptions
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing_parameter

_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
OPEN = ("not_started", "active")


def create(ctx: Context) -> Json:
    if ctx.param("from_subscription"):
        return _create_from_subscription(ctx)
    if not ctx.param("customer"):
        raise missing_parameter("customer")
    made = build(ctx, ctx.params)
    if made["phases"][0]["start_date"] <= ctx.now:
        phasing.start(ctx, made)
    standing.await_turn(ctx, made)
    return public(ctx.create(made, "subscription_schedule.created"))


def _create_from_subscription(ctx: Context) -> Json:
    extra = sorted(set(ctx.params) - {"from_subscription", "expand", "metadata"})
    if extra:
        raise invalid(f"You cannot set `{extra[0]}` if `from_subscription` is set.", extra[0])
    subscription = ctx.load("subscription", ctx.params["from_subscription"], "from_subscription")
    made = migrated(ctx, subscription)
    set_fields(ctx, made, ctx.params)
    standing.await_turn(ctx, made)
    ctx.create(made, "subscription_schedule.created")
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")
    return public(made)


def opened(ctx: Context, schedule_id: str, verb: str, param: str = "id") -> Json:
    """The schedule, unless it is over."""
    schedule = ctx.load("subscription_schedule", schedule_id, param)
    if schedule["status"] not in OPEN:
        raise invalid(
            f"You cannot {verb} a subscription schedule that is currently in the `{schedule['status']}` status. It"
            " must be in the `not_started` or `active` status."
        )
    return schedule


def update(ctx: Context) -> Json:
    schedule = opened(ctx, ctx.path["id"], "update")
    waited = schedule["status"] == "not_started"
    subscription, made = change(ctx, schedule, ctx.params)
    if waited and schedule["status"] == "active":
        phasing.announce(ctx, schedule, made)
    elif subscription is not None:
        changing.complete(ctx, subscription, made, "allow_incomplete")
    return public(ctx.update(schedule, "subscription_schedule.updated"))


def change(ctx: Context, schedule: Json, given: Json) -> tuple[Json | None, Json | None]:
    """Everything that an update can change: its subscription, where it has one, and the draft of what the change
    costs now, or None. Neither subscription nor schedule is stored, and nothing is collected."""
    set_fields(ctx, schedule, given)
    changed = apply_phases(ctx, schedule, given)
    check_collection(schedule)
    standing.await_turn(ctx, schedule)
    return changed


def cancel(ctx: Context) -> Json:
    """The schedule and its subscription at once; by default with credit for the unused time, and a last invoice."""
    schedule = opened(ctx, ctx.path["id"], "cancel")
    if schedule["subscription"]:
        how = {"prorate": ctx.param("prorate", True), "invoice_now": ctx.param("invoice_now", True)}
        subscriptions.cancel(ctx.with_params(how, id=schedule["subscription"]))
    else:
        standing.close(ctx, schedule, "canceled")
    return public(ctx.load("subscription_schedule", schedule["id"]))


def release(ctx: Context) -> Json:
    """The subscription goes on without the schedule."""
    schedule = opened(ctx, ctx.path["id"], "release")
    subscription = ctx.load("subscription", schedule["subscription"]) if schedule["subscription"] else None
    standing.release(ctx, schedule, subscription, ctx.param("preserve_cancel_date", False))
    if subscription is not None:
        reschedule(ctx, subscription)
        ctx.update(subscription, "customer.subscription.updated")
    return public(schedule)


def list_all(ctx: Context) -> Json:
    where, values = _moments(ctx)
    scheduled = ctx.param("scheduled")
    if scheduled is not None:
        where.append("status = 'not_started'" if scheduled else "status <> 'not_started'")
    url = "/v1/subscription_schedules"
    return page(ctx, "subscription_schedule", url, " AND ".join(where), tuple(values), customer=ctx.param("customer"))


def _moments(ctx: Context) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []
    for name in MOMENTS:
        given = ctx.param(name)
        ranges = given if isinstance(given, dict) else {"gte": given, "lte": given} if given is not None else {}
        for word, moment in ranges.items():
            where.append(f"json_extract(CAST(body AS TEXT), '$.{name}') {_SIGNS[word]} ?")
            values.append(moment)
    return where, values
