"""Subscriptions."""

from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json, public
from sandbox.lists import page
from sandbox.lives import changing, collecting, ending, finalizing, item_periods, proration, starting
from sandbox.lives.attaching import owned
from sandbox.lives.cycles import period_lines
from sandbox.lives.invoicing import draft, pull_pending
from sandbox.lives.schedule import period_of, reschedule
from sandbox.lives.schedule_standing import subscription_changed
from sandbox.lives.standing import follow
from sandbox.nouns.subscription_building import build, changed_items
from sandbox.nouns.subscription_pricing import set_pricing
from sandbox.params import merge_metadata

ENDED = ("canceled", "incomplete_expired")
_PERIOD = "json_extract(CAST(body AS TEXT), '$.items.data[0].{name}') {sign} ?"


def create(ctx: Context) -> Json:
    given = ctx.params
    made = build(ctx, given)
    set_pricing(ctx, made, made["items"]["data"], given)
    set_fields(ctx, made, given)
    return public(starting.complete(ctx, made, starting.prepare(ctx, made, given), _behavior(given)))


def _behavior(given: Json) -> str:
    return str(given.get("payment_behavior", "allow_incomplete"))


def set_fields(ctx: Context, subscription: Json, given: Json) -> None:
    """Everything that is set as it is given, at creation and by changes alike."""
    for name in ("collection_method", "days_until_due", "description"):
        if name in given:
            subscription[name] = given[name]
    if "metadata" in given:
        subscription["metadata"] = merge_metadata(subscription["metadata"], given["metadata"])
    if "default_payment_method" in given:
        wanted = given["default_payment_method"]
        param = "default_payment_method"
        method = owned(ctx, wanted, subscription["customer"], param) if wanted else None
        subscription["default_payment_method"] = method["id"] if method else None
    if given.get("trial_settings"):
        subscription["trial_settings"] = given["trial_settings"]
    subscription["payment_settings"].update(given.get("payment_settings") or {})
    _check_collection(subscription, given)
    _set_cancellation(ctx, subscription, given)


def _check_collection(subscription: Json, given: Json) -> None:
    if subscription["collection_method"] == "charge_automatically":
        if given.get("days_until_due") is not None:
            raise invalid("`days_until_due` is only for `collection_method` send_invoice.", "days_until_due")
        subscription["days_until_due"] = None
    elif subscription["days_until_due"] is None:
        raise invalid("You must pass `days_until_due` when `collection_method` is send_invoice.", "days_until_due")


def _set_cancellation(ctx: Context, subscription: Json, given: Json) -> None:
    if given.get("cancel_at") and given.get("cancel_at_period_end"):
        raise invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at")
    if given.get("cancellation_details"):
        subscription["cancellation_details"].update(given["cancellation_details"])
    if "cancel_at" in given:
        if given["cancel_at"] is not None and given["cancel_at"] <= ctx.now:
            raise invalid("`cancel_at` must be in the future.", "cancel_at")
        _ask_to_cancel(ctx, subscription, given["cancel_at"], at_period_end=False)
    elif "cancel_at_period_end" in given:
        at = period_of(subscription)[1] if given["cancel_at_period_end"] else None
        _ask_to_cancel(ctx, subscription, at, at_period_end=given["cancel_at_period_end"])


def _ask_to_cancel(ctx: Context, subscription: Json, at: int | None, at_period_end: bool) -> None:
    subscription.update(cancel_at=at, cancel_at_period_end=at_period_end, canceled_at=ctx.now if at else None)
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if at else None


def live(ctx: Context, subscription_id: str) -> Json:
    """The subscription, unless it has ended: then Stripe does not find it either."""
    subscription = ctx.load("subscription", subscription_id)
    if subscription["status"] in ENDED:
        raise invalid(f"No such subscription: '{subscription_id}'", "id", "resource_missing", 404)
    return subscription


def update(ctx: Context) -> Json:
    given = ctx.params
    subscription = ctx.load("subscription", ctx.path["id"])
    if subscription["status"] in ENDED:
        return _annotate(ctx, subscription, given)
    _check_schedule(subscription, given)
    items = changed_items(ctx, subscription, given.get("items", []))
    set_pricing(ctx, subscription, items, given)
    made = changing.prepare(ctx, subscription, items, given)
    set_fields(ctx, subscription, given)
    _refresh_cancel_at(subscription)
    if "pause_collection" in given:
        pause = given["pause_collection"]
        subscription["pause_collection"] = {"resumes_at": None, **pause} if pause else None
    changing.complete(ctx, subscription, made, _behavior(given))
    subscription_changed(ctx, subscription)
    return public(subscription)


def _check_schedule(subscription: Json, given: Json) -> None:
    """The end of a scheduled subscription is its schedule's to say."""
    if subscription["schedule"] and {"cancel_at", "cancel_at_period_end"} & given.keys():
        raise invalid(
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating any"
            " cancelation behavior directly is not allowed. Please update the schedule instead."
        )


def _refresh_cancel_at(subscription: Json) -> None:
    if subscription["cancel_at_period_end"]:
        subscription["cancel_at"] = period_of(subscription)[1]


def _annotate(ctx: Context, subscription: Json, given: Json) -> Json:
    """An ended subscription: only its notes can still change."""
    if set(given) - {"metadata", "cancellation_details", "expand"}:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    subscription["metadata"] = merge_metadata(subscription["metadata"], given.get("metadata", {}))
    subscription["cancellation_details"].update(given.get("cancellation_details") or {})
    return public(ctx.update(subscription, "customer.subscription.updated"))


def cancel(ctx: Context) -> Json:
    """At once. `prorate` credits the unused time, `invoice_now` invoices what waits."""
    subscription = live(ctx, ctx.path["id"])
    subscription["cancellation_details"].update(ctx.param("cancellation_details") or {})
    if ctx.param("prorate") and subscription["status"] != "trialing":
        for item in subscription["items"]["data"]:
            proration.credit(ctx, subscription, item, ctx.now)
    if ctx.param("invoice_now"):
        _invoice_waiting(ctx, subscription)
    return public(ending.end(ctx, subscription, "cancellation_requested"))


def _invoice_waiting(ctx: Context, subscription: Json) -> None:
    if not ctx.store.find("invoiceitem", customer=subscription["customer"], tag=subscription["id"]):
        return
    customer = ctx.load("customer", subscription["customer"])
    made = draft(
        ctx,
        customer,
        reason="subscription_update",
        lines=[],
        subscription=subscription,
        currency=subscription["currency"],
    )
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=False)
    subscription["latest_invoice"] = made["id"]
    finalizing.finalize(ctx, made)
    if made["amount_due"] == 0 or subscription["collection_method"] == "charge_automatically":
        collecting.collect(ctx, made, retry=False)


def resume(ctx: Context) -> Json:
    """Of a paused subscription: a new period from now, invoiced and collected; or the old one goes on."""
    subscription = live(ctx, ctx.path["id"])
    if subscription["status"] != "paused":
        raise invalid(f"Cannot resume subscription {subscription['id']}: it is not paused.")
    subscription["status"] = "active"
    if ctx.param("billing_cycle_anchor", "now") == "now":
        item_periods.set_anchor(subscription, ctx.now)
    items = subscription["items"]["data"]
    item_periods.begin(subscription, items, ctx.now)
    customer = ctx.load("customer", subscription["customer"])
    made = draft(
        ctx,
        customer,
        reason="subscription_update",
        lines=period_lines(ctx, subscription, items),
        subscription=subscription,
        currency=subscription["currency"],
    )
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=True)
    subscription["latest_invoice"] = made["id"]
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated", "customer.subscription.resumed")
    finalizing.finalize(ctx, made)
    if subscription["collection_method"] == "charge_automatically" or made["amount_due"] == 0:
        collecting.collect(ctx, made)
        follow(ctx, made)
    return public(ctx.load("subscription", subscription["id"]))


def list_all(ctx: Context) -> Json:
    where: list[str] = []
    values: list[object] = []
    status = ctx.param("status")
    if status is None or status == "ended":
        where.append("status NOT IN (?, ?)" if status is None else "status IN (?, ?)")
        values += ENDED
    if ctx.param("collection_method"):
        where.append("json_extract(CAST(body AS TEXT), '$.collection_method') = ?")
        values.append(ctx.param("collection_method"))
    _by_period(ctx, where, values)
    exact = status if status not in ("all", "ended") else None
    return page(
        ctx,
        "subscription",
        "/v1/subscriptions",
        " AND ".join(where),
        tuple(values),
        ("price", ctx.params["price"]) if ctx.param("price") else None,
        customer=ctx.param("customer"),
        status=exact,
    )


def _by_period(ctx: Context, where: list[str], values: list[object]) -> None:
    for name in ("current_period_start", "current_period_end"):
        given = ctx.param(name)
        ranges = given if isinstance(given, dict) else {"gte": given, "lte": given} if given is not None else {}
        for word, moment in ranges.items():
            sign = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}[word]
            where.append(_PERIOD.format(name=name, sign=sign))
            values.append(moment)
