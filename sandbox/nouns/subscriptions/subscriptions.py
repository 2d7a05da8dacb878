"""Subscriptions."""

import copy

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.subscriptions import cancelling, changing, concluding, ending, pending_updates, proration, starting
from sandbox.lives.subscriptions.backdating import backdate
from sandbox.lives.subscriptions.schedule_standing import subscription_changed
from sandbox.money.periods import DAY
from sandbox.nouns.subscriptions.subscription_building import build, changed_items
from sandbox.nouns.subscriptions.subscription_extras import with_extras
from sandbox.nouns.subscriptions.subscription_fields import check_incomplete, set_fields
from sandbox.nouns.subscriptions.subscription_pricing import set_pricing
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import merge_metadata

ENDED = ("canceled", "incomplete_expired")
_FREE_OF_ITEMS = frozenset("payment_behavior proration_behavior proration_date".split())


def create(ctx: Context) -> Json:
    made, given = prepared(ctx, ctx.params)
    return public(starting.complete(ctx, made, begin(ctx, made, given), _behavior(given)))


def begin(ctx: Context, made: Json, given: Json, keeps_empty: bool = False) -> Json | None:
    """The first periods of a new subscription, and the draft for them, with the time since an earlier start."""
    start = given.get("backdate_start_date")
    if start is not None and start > ctx.now:
        raise invalid("`backdate_start_date` must be in the past.", "backdate_start_date")
    draft = starting.prepare(ctx, made, given, keeps_empty)
    if start is not None and draft is not None:
        backdate(ctx, made, draft, start, billed=given.get("proration_behavior") != "none")
    elif start is not None:
        made["start_date"] = start
    return draft


def prepared(ctx: Context, given: Json) -> tuple[Json, Json]:
    """A new subscription without periods, and the parameters for them."""
    made = build(ctx, given)
    set_pricing(ctx, made, made["items"]["data"], given)
    given = with_extras(ctx, given, made["currency"])
    set_fields(ctx, made, given)
    return made, given


def _behavior(given: Json) -> str:
    return str(given.get("payment_behavior", "allow_incomplete"))


def live(ctx: Context, subscription_id: str) -> Json:
    """The subscription, unless it has ended: then Stripe does not find it either."""
    subscription = ctx.load("subscription", subscription_id)
    if subscription["status"] in ENDED:
        raise invalid(f"No such subscription: '{subscription_id}'", "id", "resource_missing", 404)
    return subscription


def update(ctx: Context) -> Json:
    given, behavior = ctx.params, _behavior(ctx.params)
    subscription = ctx.load("subscription", ctx.path["id"])
    if subscription["status"] in ENDED:
        return _annotate(ctx, subscription, given)
    _check_schedule(subscription, given)
    check_incomplete(subscription, given)
    if behavior == pending_updates.BEHAVIOR:
        pending_updates.check(subscription, given)
    if given.keys() & pending_updates.ALLOWED - _FREE_OF_ITEMS - {"metadata", "expand"}:
        pending_updates.drop_earlier(ctx, subscription)
    before = copy.deepcopy(subscription) if behavior == pending_updates.BEHAVIOR else subscription
    made = changed(ctx, subscription, given)
    if made is not None and behavior == pending_updates.BEHAVIOR:
        subscription = changing.announce(ctx, pending_updates.attempt(ctx, before, subscription, made))
    else:
        changing.complete(ctx, subscription, made, behavior)
    subscription_changed(ctx, subscription)
    return public(subscription)


def changed(ctx: Context, subscription: Json, given: Json) -> Json | None:
    """Changes the subscription, which is not stored; the draft to be collected now, or None."""
    items = changed_items(ctx, subscription, given.get("items", []))
    set_pricing(ctx, subscription, items, given)
    given = _with_trial(ctx, with_extras(ctx, given, subscription["currency"]), items)
    made = changing.prepare(ctx, subscription, items, given)
    set_fields(ctx, subscription, given)
    cancelling.refresh(subscription)
    return made


def _with_trial(ctx: Context, given: Json, items: list[Json]) -> Json:
    """`trial_from_plan`: on trial for the days that the prices have."""
    if not given.get("trial_from_plan"):
        return given
    if given.get("trial_end"):
        raise invalid("You may only specify one of these parameters: trial_from_plan, trial_end.", "trial_end")
    days = max(item["price"]["recurring"]["trial_period_days"] or 0 for item in items)
    return {**given, "trial_end": ctx.now + days * DAY} if days else given


def _check_schedule(subscription: Json, given: Json) -> None:
    """The end of a scheduled subscription is its schedule's to say."""
    if subscription["schedule"] and {"cancel_at", "cancel_at_period_end"} & given.keys():
        raise invalid(
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating any"
            " cancelation behavior directly is not allowed. Please update the schedule instead."
        )


def _annotate(ctx: Context, subscription: Json, given: Json) -> Json:
    """An ended subscription: only its notes can still change."""
    if set(given) - {"metadata", "cancellation_details", "expand"}:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    subscription["metadata"] = merge_metadata(subscription["metadata"], given.get("metadata", {}))
    subscription["cancellation_details"].update(given.get("cancellation_details") or {})
    return public(ctx.update(subscription, "customer.subscription.updated"))


def cancel(ctx: Context) -> Json:
    """At once. `prorate` credits the unused time, `invoice_now` invoices that, what waits and what was used."""
    subscription = live(ctx, ctx.path["id"])
    subscription["cancellation_details"].update(ctx.param("cancellation_details") or {})
    pending_updates.drop_earlier(ctx, subscription)
    if ctx.param("prorate"):
        credit_unused(ctx, subscription, ctx.now)
    if ctx.param("invoice_now"):
        concluding.now(ctx, subscription)
    keep = bool(ctx.param("prorate"))
    return public(ending.end(ctx, subscription, "cancellation_requested", keep_prorations=keep))


def credit_unused(ctx: Context, subscription: Json, at: int) -> None:
    if subscription["status"] != "trialing":
        for item in subscription["items"]["data"]:
            proration.credit(ctx, subscription, item, at)
