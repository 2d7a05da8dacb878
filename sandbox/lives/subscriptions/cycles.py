"""The turn of a billing period: the next period, its invoice, and what a trial's end brings."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import arrears, discounting, finalizing
from sandbox.lives.invoices.invoicing import draft, pull_pending
from sandbox.lives.invoices.item_lines import item_lines, price_of
from sandbox.lives.payments.attaching import default_for
from sandbox.lives.subscriptions import debits, item_periods
from sandbox.lives.subscriptions.item_periods import whole_period
from sandbox.lives.subscriptions.proration import is_metered, prorated_price
from sandbox.lives.subscriptions.schedule import reschedule
from sandbox.money.rates import price_amount


def period_lines(
    ctx: Context, subscription: Json, items: list[Json], ended: dict[str, tuple[int, int]] | None = None
) -> list[Json]:
    """Lines of these items for their current periods, noted as what was debited. Metered items are billed in
    arrears, for the period that `ended` (by item id), by what was counted in it."""
    lines = []
    for item in items:
        if is_metered(item):
            if ended and item["id"] in ended:
                lines += arrears.lines(ctx, subscription, item, ended[item["id"]])
            continue
        period = item["current_period_start"], item["current_period_end"]
        made = item_lines(ctx, subscription, item, period, amount=_part_of_price(ctx, subscription, item))
        debits.renew(subscription, item, made)
        lines += made
    return lines


def _part_of_price(ctx: Context, subscription: Json, item: Json) -> int | None:
    """Minor units where a period is not billed in full, else None: nothing on a trial, the part of a stub before the
    anchor (or nothing, where its `proration_behavior` was none), the part before a cancellation."""
    if subscription["status"] == "trialing":
        return 0
    start, end = whole_period(subscription, item)
    if (item["current_period_start"], item["current_period_end"]) == (start, end):
        return None
    if item["current_period_start"] > start and subscription["_"].get("stub") == "none":
        return 0
    return prorated_price(ctx, subscription, item, item["current_period_start"])


def is_free(ctx: Context, items: list[Json]) -> bool:
    """Whether nothing is asked for these items, whatever is used of them."""
    return not any(is_metered(item) or price_amount(price_of(ctx, item), item["quantity"] or 0) for item in items)


def prepare_renewal(ctx: Context, subscription: Json) -> Json:
    """Turns the periods that have ended and makes the draft for them; nothing is finalized. `ctx.now` is their end."""
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    items = item_periods.due(subscription, ctx.now)
    ended = {item["id"]: (item["current_period_start"], item["current_period_end"]) for item in items}
    item_periods.begin(subscription, items, ctx.now)
    customer = ctx.load("customer", subscription["customer"])
    made = draft(
        ctx,
        customer,
        reason="subscription_cycle",
        lines=period_lines(ctx, subscription, items, ended),
        subscription=subscription,
        currency=subscription["currency"],
        period=(min(start for start, _ in ended.values()), ctx.now),
    )
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=True)
    debits.link(subscription, made)
    discounting.drop_ended(ctx, subscription)
    subscription["latest_invoice"] = made["id"]
    return made


def renew(ctx: Context, subscription: Json) -> None:
    """The end of a period, when the subscription goes on."""
    if after_trial(ctx, subscription) == "pause":
        _pause(ctx, subscription)
        return
    made = prepare_renewal(ctx, subscription)
    await_finalization(ctx, subscription, made)
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")


def await_finalization(ctx: Context, subscription: Json, made: Json) -> None:
    """A draft is finalized about an hour later; a paused collection or an unpaid subscription decides otherwise."""
    pause = subscription["pause_collection"]
    if pause and pause["behavior"] == "void":
        finalizing.finalize(ctx, made)
        finalizing.void(ctx, made)
    elif pause and pause["behavior"] == "mark_uncollectible":
        finalizing.finalize(ctx, made)
        finalizing.mark_uncollectible(ctx, made)
    elif pause or subscription["status"] == "unpaid":
        made["auto_advance"] = False
        ctx.update(made, "invoice.updated")
    else:
        made["automatically_finalizes_at"] = ctx.now + ctx.settings["finalize_after"]
        ctx.store.put(made)
        ctx.schedule("invoice.finalize", made["id"], made["automatically_finalizes_at"])


def _pause(ctx: Context, subscription: Json) -> None:
    subscription["status"] = "paused"
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated", "customer.subscription.paused")


def after_trial(ctx: Context, subscription: Json) -> str | None:
    """What a trial that ends with nothing to charge is set to do, `pause` or `cancel`; None where it goes on."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if subscription["status"] != "trialing" or behavior == "create_invoice":
        return None
    customer = ctx.load("customer", subscription["customer"])
    return None if default_for(ctx, customer, subscription) else str(behavior)
