"""Previews: the real thing, done and undone, so that they equal to the cent what is charged later."""

import copy
from collections.abc import Callable

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices.invoicing import draft
from sandbox.lives.schedules import phasing
from sandbox.lives.subscriptions import concluding, cycles, item_periods, pending_items
from sandbox.lives.subscriptions.proration import is_metered
from sandbox.lives.subscriptions.schedule import period_of

Making = Callable[[Context], Json | None]


def rehearse(ctx: Context, making: Making) -> Json | None:
    """The draft that `making` makes, as a preview; everything it wrote is undone, and no event was recorded."""
    quiet = copy.copy(ctx)
    quiet.silent = True
    with ctx.store.trial_run():
        made = making(quiet)
    return _preview(made) if made is not None else None


def _preview(made: Json) -> Json:
    shown = public(made)
    shown["id"] = "upcoming_in_" + made["id"].removeprefix("in_")
    for entry in shown["lines"]["data"]:
        entry.update(id=entry["id"].replace("il_", "il_tmp_"), invoice=None)
    shown["lines"]["url"] = f"/v1/invoices/upcoming/lines?invoice={shown['id']}"
    return shown


def renewal(ctx: Context, subscription: Json) -> Json:
    """The invoice of the next renewal; raises `invoice_upcoming_none` where there will be none."""

    def making(quiet: Context) -> Json:
        return next_renewal(quiet, subscription)

    coming = rehearse(ctx, making)
    assert coming is not None  # noqa: S101 - next_renewal returns or raises
    return coming


def next_renewal(quiet: Context, subscription: Json) -> Json:
    """Inside a rehearsal: the next draft that the clock will make; raises where there will be none."""
    if subscription["status"] in ("canceled", "incomplete_expired", "paused"):
        raise phasing.no_upcoming(subscription)
    turned = phasing.next_draft(quiet, subscription)
    if turned is not None:
        return turned
    end, cancel = period_of(subscription)[1], subscription["cancel_at"]
    early = subscription["next_pending_invoice_item_invoice"]
    if early and early < min(end, cancel or end):
        quiet.now = early
        waiting = pending_items.prepare(quiet, subscription)
        if waiting is not None:
            return waiting
    quiet.now = min(end, cancel or end)
    if quiet.now == cancel or cycles.after_trial(quiet, subscription):
        return _last(quiet, subscription)
    return cycles.prepare_renewal(quiet, subscription)


def _last(quiet: Context, subscription: Json) -> Json:
    """What is invoiced when the subscription ends by itself."""
    if cycles.after_trial(quiet, subscription) == "pause" and quiet.now != subscription["cancel_at"]:
        raise phasing.no_upcoming(subscription)
    made = concluding.prepare(quiet, subscription, "subscription_cycle", keeps_empty=True)
    if made is None:
        raise phasing.no_upcoming(subscription)
    return made


def recurring(quiet: Context, subscription: Json) -> Json:
    """Inside a rehearsal: a full period of all items as they are, without prorations, trials and one-off items."""
    subscription.update(status="active", cancel_at=None, cancel_at_period_end=False)
    quiet.now = period_of(subscription)[1]
    items = [item for item in subscription["items"]["data"] if not is_metered(item)]
    item_periods.fill(subscription, items, quiet.now)
    return draft(
        quiet,
        quiet.load("customer", subscription["customer"]),
        reason="upcoming",
        lines=cycles.period_lines(quiet, subscription, items),
        subscription=subscription,
        currency=subscription["currency"],
    )
