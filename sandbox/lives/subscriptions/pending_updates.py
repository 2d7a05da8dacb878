"""`payment_behavior: pending_if_incomplete`: a change that is made when its invoice is paid, within 23 hours.

Source: Stripe's "Pending updates reference".
"""

import copy

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices import collecting, finalizing
from sandbox.lives.payments.attaching import default_for
from sandbox.lives.subscriptions import held
from sandbox.lives.subscriptions.schedule import period_of, reschedule
from sandbox.protocol.errors import invalid

ALLOWED = frozenset(
    "add_invoice_items billing_cycle_anchor discounts expand extras items metadata payment_behavior"
    " proration_behavior proration_date trial_end trial_from_plan".split()
)
BEHAVIOR = "pending_if_incomplete"


def check(subscription: Json, given: Json) -> None:
    """Raises where the change asks for what cannot wait."""
    wrong = sorted(given.keys() - ALLOWED)
    if wrong:
        raise invalid(
            f"You cannot update `{wrong[0]}` when `payment_behavior` is `{BEHAVIOR}`; only these can be part of a"
            " pending update: items, trial_end, trial_from_plan, billing_cycle_anchor, add_invoice_items, discounts,"
            " metadata, proration_behavior, proration_date.",
            wrong[0],
        )
    if subscription["collection_method"] != "charge_automatically":
        raise invalid(f"`{BEHAVIOR}` needs `collection_method` charge_automatically.", "payment_behavior")
    if subscription["status"] not in ("active", "trialing", "past_due"):
        raise invalid(f"A subscription that is {subscription['status']} cannot have a pending update.")


def drop_earlier(ctx: Context, subscription: Json) -> None:
    """A new change takes the place of one that waits: its invoice is voided."""
    waiting = subscription["_"].get("held")
    if waiting and subscription["pending_update"]:
        _void(ctx, waiting["invoice"])
        held.discard(ctx, subscription)


def attempt(ctx: Context, before: Json, after: Json, made: Json) -> Json:
    """Charges the invoice of a change. Paid: the changed subscription. Else the former, with what waits."""
    finalizing.finalize(ctx, made)
    if made["amount_due"] == 0:
        collecting.settle(ctx, made)
        return after
    method = default_for(ctx, ctx.load("customer", before["customer"]), before)
    collecting.collect(ctx, made, method, retry=False)
    if made["status"] == "paid":
        return after
    held.hold(before, after, made["id"])
    before["pending_update"] = _shown(ctx, before, after)
    made["auto_advance"] = False
    ctx.store.put(made)
    return before


def _shown(ctx: Context, before: Json, after: Json) -> Json:
    """Only what changes is named."""
    items = [{**public(item), "subscription": after["id"]} for item in after["items"]["data"]]
    changed = {name: after[name] if after[name] != before[name] else None for name in ("trial_end", "metadata")}
    anchor = after["billing_cycle_anchor"]
    return {
        "billing_cycle_anchor": anchor if anchor != before["billing_cycle_anchor"] else None,
        "discount": None,
        "discounts": copy.deepcopy(after["discounts"]) if after["discounts"] != before["discounts"] else None,
        "expires_at": min(ctx.now + held.HELD_LIFE, period_of(before)[1]),
        "metadata": changed["metadata"],
        "subscription_items": copy.deepcopy(items) if after["items"] != before["items"] else None,
        "trial_end": changed["trial_end"],
        "trial_from_plan": None,
    }


def expire(ctx: Context, subscription: Json) -> None:
    """Not paid in time: the invoice is voided and the change discarded."""
    waiting = subscription["_"].get("held")
    if waiting:
        _void(ctx, waiting["invoice"])
        held.discard(ctx, subscription)
    else:
        reschedule(ctx, subscription)


def _void(ctx: Context, invoice_id: str) -> None:
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] in ("open", "uncollectible"):
        finalizing.void(ctx, invoice)
