"""The turn of a billing period: the next period, its invoice, and what a trial's end brings."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives import finalizing
from sandbox.lives.attaching import default_for
from sandbox.lives.invoicing import draft, pull_pending
from sandbox.lives.item_lines import item_lines, price_of
from sandbox.lives.schedule import period_of, reschedule
from sandbox.periods import next_boundary
from sandbox.rates import price_amount


def interval_of(price: Json) -> tuple[str, int]:
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def end_after(subscription: Json, start: int) -> int:
    """The end of the period that starts at `start`, kept on the subscription's anchor."""
    interval, count = interval_of(subscription["items"]["data"][0]["price"])
    return next_boundary(subscription["billing_cycle_anchor"], interval, count, start)


def set_period(subscription: Json, start: int, end: int) -> None:
    for item in subscription["items"]["data"]:
        item.update(current_period_start=start, current_period_end=end)


def period_lines(ctx: Context, subscription: Json, previous: tuple[int, int] | None = None) -> list[Json]:
    """Lines of all items for the current period, noted as what was debited. Metered items are billed in arrears,
    for the `previous` period, by what was recorded: nothing, as usage is not modelled."""
    lines = []
    for item in subscription["items"]["data"]:
        if item["price"]["recurring"]["usage_type"] == "metered":
            if previous:
                lines += item_lines(ctx, subscription, item, previous, amount=0)
            continue
        start, end = item["current_period_start"], item["current_period_end"]
        free = 0 if subscription["status"] == "trialing" else None
        made = item_lines(ctx, subscription, item, (start, end), amount=free)
        note_debit(subscription, item, made, start, end)
        lines += made
    return lines


def note_debit(subscription: Json, item: Json, made: list[Json], start: int, end: int) -> None:
    """What a later proration credits: the amount that was really debited, and for which time."""
    subscription["_"]["debits"][item["id"]] = {
        "amount": sum(entry["amount"] for entry in made),
        "start": start,
        "end": end,
        "lines": [entry["id"] for entry in made],
    }


def monthly_worth(ctx: Context, subscription: Json) -> int:
    """The full price of one period of all items, in minor units."""
    return sum(price_amount(price_of(ctx, item), item["quantity"] or 0) for item in subscription["items"]["data"])


def prepare_renewal(ctx: Context, subscription: Json) -> Json:
    """Turns the period and makes the draft for it; nothing is finalized. `ctx.now` is the period's end."""
    start, end = period_of(subscription)
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    set_period(subscription, end, end_after(subscription, end))
    customer = ctx.load("customer", subscription["customer"])
    made = draft(
        ctx,
        customer,
        reason="subscription_cycle",
        lines=period_lines(ctx, subscription, (start, end)),
        subscription=subscription,
        currency=subscription["currency"],
        period=(start, end),
    )
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=True)
    for debit in subscription["_"]["debits"].values():
        debit["invoice"] = made["id"]
    subscription["latest_invoice"] = made["id"]
    return made


def renew(ctx: Context, subscription: Json) -> None:
    """The end of a period, when the subscription goes on."""
    if subscription["status"] == "trialing" and _stays_without_method(ctx, subscription):
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


def _stays_without_method(ctx: Context, subscription: Json) -> bool:
    """A trial that ends with nothing to charge: paused where its settings say so."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    customer = ctx.load("customer", subscription["customer"])
    if behavior != "pause" or default_for(ctx, customer, subscription):
        return False
    subscription["status"] = "paused"
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated", "customer.subscription.paused")
    return True


def trial_cancels(ctx: Context, subscription: Json) -> bool:
    """A trial that ends with nothing to charge, and is set to cancel then."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    customer = ctx.load("customer", subscription["customer"])
    trialing = subscription["status"] == "trialing"
    return bool(trialing and behavior == "cancel" and not default_for(ctx, customer, subscription))
