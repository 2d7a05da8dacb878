"""Changing a running subscription: items, period, and the money that the change moves."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import arrears, collecting, discounting, finalizing
from sandbox.lives.invoices.invoicing import draft, pull_pending
from sandbox.lives.payments.attaching import default_for
from sandbox.lives.subscriptions import adding, cancelling, debits, item_periods, proration
from sandbox.lives.subscriptions.cycles import await_finalization, is_free, period_lines
from sandbox.lives.subscriptions.item_periods import interval_of
from sandbox.lives.subscriptions.schedule import period_of, reschedule
from sandbox.lives.subscriptions.standing import status_after
from sandbox.lives.subscriptions.starting import LONGEST_TRIAL, failed_payment, offer
from sandbox.protocol.errors import invalid


def prepare(ctx: Context, subscription: Json, items: list[Json], given: Json) -> Json | None:
    """Puts the new items in place with their prorations; the draft to be collected now, or None.

    `items` is the whole list after the change. `given` may have proration_behavior, proration_date,
    billing_cycle_anchor, trial_end, cancel_at and cancel_at_period_end, as the API takes them, and `extras`: one-off
    prices for the next invoice, as `adding.add` takes them.
    """
    old = subscription["items"]["data"]
    before = {item["id"]: item for item in old}
    was_free, behavior = is_free(ctx, old), given.get("proration_behavior", "create_prorations")
    at = _proration_date(ctx, subscription, given.get("proration_date"))
    trialing, paused = subscription["status"] == "trialing", subscription["status"] == "paused"
    changed = _changed(before, items)
    subscription["items"]["data"] = items
    starts = _starts_trial(ctx, subscription, given)
    reset = not starts and _resets(ctx, subscription, old, was_free, given)
    moves = behavior != "none" and not trialing and not paused
    waiting = _credits(ctx, subscription, old, set(before) if reset or starts else changed, at) if moves else False
    usage, left = _usage(ctx, subscription, old, changed, cut=reset or (starts and not trialing), bills=moves)
    if starts or reset:
        return _anew(ctx, subscription, given, at if moves else None, usage)
    item_periods.place_new(subscription, old, ctx.now)
    if moves:
        waiting = _debits(ctx, subscription, changed, at) or waiting or left
    waiting = cancelling.apply(ctx, subscription, given, moves) or waiting
    adding.add(ctx, subscription, given.get("extras") or [])
    return draft_now(ctx, subscription, at) if waiting and behavior == "always_invoice" else None


def _usage(
    ctx: Context, subscription: Json, old: list[Json], changed: set[str], *, cut: bool, bills: bool
) -> tuple[list[Json], bool]:
    """What metered items counted until now, where this ends their period or their price: lines for an invoice of
    this change, and whether something waits for the next one instead. Usage of a removed or repriced item is billed
    unless prorations are not wanted; that of an item that only gets a new period always."""
    gone = [item for item in old if item["id"] in changed]
    kept = [item for item in old if item["id"] not in changed]
    if cut:
        lines = arrears.up_to_now(ctx, subscription, kept + (gone if bills else []))
        left = False
    else:
        lines, left = [], bills and arrears.leave_waiting(ctx, subscription, gone)
    arrears.forget(subscription, gone)
    arrears.begin(subscription, changed, ctx.now)
    return lines, left


def _proration_date(ctx: Context, subscription: Json, given: int | None) -> int:
    start, end = period_of(subscription)
    if given is None:
        return min(max(ctx.now, start), end)
    if not start <= given <= end:
        raise invalid(
            "Cannot specify `proration_date` outside of the current period or in the past of it.", "proration_date"
        )
    return given


def _changed(before: dict[str, Json], items: list[Json]) -> set[str]:
    """Ids of items that are new, gone, or of another price or quantity."""
    after = {item["id"]: item for item in items}
    return {
        item_id
        for item_id in before.keys() | after.keys()
        if item_id not in before or item_id not in after or _worth(before[item_id]) != _worth(after[item_id])
    }


def _worth(item: Json) -> tuple[str, int | None]:
    return item["price"]["id"], item["quantity"]


def _resets(ctx: Context, subscription: Json, old: list[Json], was_free: bool, given: Json) -> bool:
    """A new period starts now: asked for, a trial ended by hand, another interval, or from free to paid. A trial that
    goes on keeps its period, a pause has none, and flexible billing keeps an anchor that is asked to be unchanged."""
    asked, status = given.get("billing_cycle_anchor"), subscription["status"]
    if status in ("trialing", "paused"):
        return bool(status == "trialing" and given.get("trial_end") == "now")
    if asked == "now":
        return True
    if asked == "unchanged" and subscription["billing_mode"]["type"] == "flexible":
        return False
    items = subscription["items"]["data"]
    return _other_interval(old, items) or (was_free and not is_free(ctx, items))


def _other_interval(old: list[Json], items: list[Json]) -> bool:
    """An item that stays has another interval, or all are new and share none with those before."""
    before = {item["id"]: interval_of(item["price"]) for item in old}
    kept = [item for item in items if item["id"] in before]
    if kept:
        return any(interval_of(item["price"]) != before[item["id"]] for item in kept)
    return not {interval_of(item["price"]) for item in items} & set(before.values())


def _starts_trial(ctx: Context, subscription: Json, given: Json) -> bool:
    """`trial_end` in the future: on trial until then, the next period starts there."""
    end = given.get("trial_end")
    if not end or end == "now":
        return False
    if end <= ctx.now:
        raise invalid("`trial_end` must be a timestamp in the future.", "trial_end")
    if end > ctx.now + LONGEST_TRIAL:
        raise invalid("Trial periods may last at most two years.", "trial_end")
    return True


def _anew(ctx: Context, subscription: Json, given: Json, at: int | None, usage: list[Json]) -> Json | None:
    """New periods from now, invoiced at once with the `usage` so far: of a trial that starts, or in full on a new
    anchor. A trial that only becomes longer makes no invoice."""
    starts = given.get("trial_end") not in (None, "now")
    longer = starts and subscription["status"] == "trialing"
    if starts:
        _go_on_trial(ctx, subscription, given["trial_end"])
    else:
        _leave_trial(ctx, subscription)
    cancelling.apply(ctx, subscription, given, prorates=False)
    adding.add(ctx, subscription, given.get("extras") or [])
    if longer:
        return None
    lines = usage + period_lines(ctx, subscription, subscription["items"]["data"])
    return draft_now(ctx, subscription, at, lines)


def _go_on_trial(ctx: Context, subscription: Json, end: int) -> None:
    """Until `end`, the new anchor. Classic billing keeps the first `trial_start`, flexible billing the latest."""
    items = subscription["items"]["data"]
    began = subscription["status"] != "trialing"
    if subscription["trial_start"] is None or (began and subscription["billing_mode"]["type"] == "flexible"):
        subscription["trial_start"] = ctx.now
    subscription.update(status="trialing", trial_end=end)
    item_periods.set_anchor(subscription, end)
    start = ctx.now if began else min(item["current_period_start"] for item in items)
    item_periods.set_all(subscription, start, end)


def _leave_trial(ctx: Context, subscription: Json) -> None:
    """Periods from now on a new anchor; a trial ends with it."""
    if subscription["status"] == "trialing":
        subscription.update(status="active", trial_end=ctx.now)
    item_periods.set_anchor(subscription, ctx.now)
    item_periods.begin(subscription, subscription["items"]["data"], ctx.now)


def _credits(ctx: Context, subscription: Json, old: list[Json], ids: set[str], at: int) -> bool:
    made = [proration.credit(ctx, subscription, item, at) for item in old if item["id"] in ids]
    return any(made)


def _debits(ctx: Context, subscription: Json, changed: set[str], at: int) -> bool:
    items = [item for item in subscription["items"]["data"] if item["id"] in changed]
    made = [proration.debit(ctx, subscription, item, at) for item in items]
    return any(made)


def draft_now(ctx: Context, subscription: Json, at: int | None, lines: list[Json] | None = None) -> Json:
    customer = ctx.load("customer", subscription["customer"])
    made = draft(
        ctx,
        customer,
        reason="subscription_update",
        lines=lines or [],
        subscription=subscription,
        currency=subscription["currency"],
        proration_date=at,
    )
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=False)
    debits.link(subscription, made)
    discounting.drop_ended(ctx, subscription)
    subscription["latest_invoice"] = made["id"]
    return made


def complete(ctx: Context, subscription: Json, made: Json | None, behavior: str) -> Json:
    """Collects the invoice of the change, if any, and announces the changed subscription."""
    if made is not None:
        _collect(ctx, subscription, made, behavior)
    return announce(ctx, subscription)


def announce(ctx: Context, subscription: Json) -> Json:
    reschedule(ctx, subscription)
    return ctx.update(subscription, "customer.subscription.updated")


def _collect(ctx: Context, subscription: Json, made: Json, behavior: str) -> None:
    waits = subscription["pause_collection"] or subscription["status"] == "unpaid"
    if waits or (subscription["collection_method"] == "send_invoice" and made["amount_due"]):
        await_finalization(ctx, subscription, made)
        return
    finalizing.finalize(ctx, made)
    if made["amount_due"] == 0:
        collecting.settle(ctx, made)
        return
    method = default_for(ctx, ctx.load("customer", subscription["customer"]), subscription)
    if behavior == "default_incomplete":
        offer(ctx, made, method)
        subscription["status"] = "past_due" if subscription["status"] == "active" else subscription["status"]
        return
    collecting.collect(ctx, made, method, retry=behavior != "error_if_incomplete")
    if made["status"] != "paid" and behavior == "error_if_incomplete" and not made["_"].get("processing"):
        raise failed_payment(ctx, made)
    subscription["status"] = status_after(ctx, subscription, made)
