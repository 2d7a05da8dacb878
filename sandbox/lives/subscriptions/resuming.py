"""Resuming a paused subscription: active again once the invoice of its resumption is paid.

Source: the description of the operation in Stripe's reference: the invoice is finalized at once; paid or marked
uncollectible the subscription becomes active, voided or unpaid for 23 hours it stays paused.
"""

import copy

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import collecting, discounting, finalizing
from sandbox.lives.invoices.invoicing import draft, pull_pending
from sandbox.lives.subscriptions import debits, held, item_periods
from sandbox.lives.subscriptions.cycles import period_lines
from sandbox.lives.subscriptions.schedule import reschedule


def prepare(ctx: Context, subscription: Json, given: Json) -> Json:
    """Begins new periods from now and makes their draft; the subscription is active in memory only."""
    subscription["status"] = "active"
    items = subscription["items"]["data"]
    if given.get("billing_cycle_anchor", "now") == "now":
        item_periods.set_anchor(subscription, ctx.now)
    subscription["_"]["stub"] = given.get("proration_behavior", "create_prorations")
    item_periods.begin(subscription, items, given.get("proration_date") or ctx.now)
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
    debits.link(subscription, made)
    discounting.drop_ended(ctx, subscription)
    subscription["latest_invoice"] = made["id"]
    return made


def resume(ctx: Context, subscription: Json, given: Json) -> Json:
    """The subscription as it is after the attempt to collect."""
    before = copy.deepcopy(subscription)
    made = finalizing.finalize(ctx, prepare(ctx, subscription, given))
    collecting.collect(ctx, made, retry=False)
    if made["status"] == "paid":
        reschedule(ctx, subscription)
        return ctx.update(subscription, "customer.subscription.updated", "customer.subscription.resumed")
    held.hold(before, subscription, made["id"])
    reschedule(ctx, before)
    return ctx.update(before, "customer.subscription.updated")
