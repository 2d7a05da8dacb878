"""Changing a running subscription: items, period, and the money that the change moves."""

from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json
from sandbox.lives import collecting, finalizing, proration
from sandbox.lives.attaching import default_for
from sandbox.lives.cycles import end_after, interval_of, monthly_worth, period_lines, set_period
from sandbox.lives.invoicing import draft, pull_pending
from sandbox.lives.schedule import period_of, reschedule
from sandbox.lives.standing import status_after
from sandbox.lives.starting import failed_payment


def prepare(ctx: Context, subscription: Json, items: list[Json], given: Json) -> Json | None:
    """Puts the new items in place with their prorations; the draft to be collected now, or None.

    `items` is the whole list after the change. `given` may have proration_behavior, proration_date,
    billing_cycle_anchor and trial_end, as the API takes them.
    """
    old = subscription["items"]["data"]
    worth, behavior = monthly_worth(ctx, subscription), given.get("proration_behavior", "create_prorations")
    at = _proration_date(ctx, subscription, given.get("proration_date"))
    trialing = subscription["status"] == "trialing"
    before = {item["id"]: item for item in old}
    changed = _changed(before, items)
    subscription["items"]["data"] = items
    reset = _resets(ctx, subscription, old, worth, given) and not (trialing and not given.get("trial_end"))
    moves = behavior != "none" and not trialing
    waiting = _credits(ctx, subscription, old, set(before) if reset else changed, at) if moves else False
    if _moves_trial(ctx, subscription, given):
        return None
    if reset:
        return _new_period(ctx, subscription, at if moves else None)
    set_period(subscription, *period_of({"items": {"data": old}}))
    if moves:
        waiting = _debits(ctx, subscription, changed, at) or waiting
    return draft_now(ctx, subscription, at) if waiting and behavior == "always_invoice" else None


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


def _resets(ctx: Context, subscription: Json, old: list[Json], worth: int, given: Json) -> bool:
    """A new period starts now: asked for, another interval, from free to paid, or a trial ended by hand."""
    if given.get("billing_cycle_anchor") == "now" or given.get("trial_end") == "now":
        return True
    items = subscription["items"]["data"]
    if interval_of(items[0]["price"]) != interval_of(old[0]["price"]):
        return True
    return worth == 0 and monthly_worth(ctx, subscription) > 0


def _moves_trial(ctx: Context, subscription: Json, given: Json) -> bool:
    """`trial_end` in the future: on trial until then, the next period starts there."""
    end = given.get("trial_end")
    if not end or end == "now":
        return False
    if end <= ctx.now:
        raise invalid("`trial_end` must be a timestamp in the future.", "trial_end")
    subscription.update(status="trialing", trial_end=end, billing_cycle_anchor=end)
    subscription["trial_start"] = subscription["trial_start"] or ctx.now
    set_period(subscription, ctx.now, end)
    return True


def _credits(ctx: Context, subscription: Json, old: list[Json], ids: set[str], at: int) -> bool:
    made = [proration.credit(ctx, subscription, item, at) for item in old if item["id"] in ids]
    return any(made)


def _debits(ctx: Context, subscription: Json, changed: set[str], at: int) -> bool:
    items = [item for item in subscription["items"]["data"] if item["id"] in changed]
    made = [proration.debit(ctx, subscription, item, at) for item in items]
    return any(made)


def _new_period(ctx: Context, subscription: Json, at: int | None) -> Json:
    """A full period from now on a new anchor, invoiced at once."""
    if subscription["status"] == "trialing":
        subscription.update(status="active", trial_end=ctx.now)
    subscription["billing_cycle_anchor"] = ctx.now
    set_period(subscription, ctx.now, end_after(subscription, ctx.now))
    return draft_now(ctx, subscription, at, period_lines(ctx, subscription))


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
    _note_lines(subscription, made)
    subscription["latest_invoice"] = made["id"]
    return made


def _note_lines(subscription: Json, made: Json) -> None:
    """Debits that this invoice carries name their line on it, for the credits that may follow."""
    by_item = {
        entry["parent"]["subscription_item_details"]["invoice_item"] or entry["id"]: entry["id"]
        for entry in made["lines"]["data"]
        if entry["parent"]["subscription_item_details"]
    }
    for debit in subscription["_"]["debits"].values():
        if not by_item.keys().isdisjoint(debit["lines"]):
            debit.update(lines=[by_item.get(line, line) for line in debit["lines"]], invoice=made["id"])


def complete(ctx: Context, subscription: Json, made: Json | None, behavior: str) -> Json:
    """Collects the invoice of the change, if any, and announces the changed subscription."""
    if made is not None:
        _collect(ctx, subscription, made, behavior)
    reschedule(ctx, subscription)
    return ctx.update(subscription, "customer.subscription.updated")


def _collect(ctx: Context, subscription: Json, made: Json, behavior: str) -> None:
    if subscription["pause_collection"]:
        made["auto_advance"] = False
        ctx.store.put(made)
        return
    finalizing.finalize(ctx, made)
    if made["amount_due"] == 0:
        collecting.settle(ctx, made)
        return
    if subscription["collection_method"] == "send_invoice" or behavior == "default_incomplete":
        return
    method = default_for(ctx, ctx.load("customer", subscription["customer"]), subscription)
    collecting.collect(ctx, made, method, retry=behavior != "error_if_incomplete")
    if made["status"] != "paid" and behavior == "error_if_incomplete":
        raise failed_payment(ctx, made)
    subscription["status"] = status_after(subscription, made)
