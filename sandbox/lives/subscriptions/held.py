"""A change that waits for its invoice to be paid: what a subscription will be is kept beside what it is."""

import copy

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.subscriptions.schedule import reschedule

HELD_LIFE = 23 * 3600
_FIELDS = (
    "billing_cycle_anchor",
    "billing_cycle_anchor_config",
    "discounts",
    "items",
    "metadata",
    "status",
    "trial_end",
    "trial_start",
)
_NOTES = ("debits", "grid")


def hold(before: Json, after: Json, invoice_id: str) -> None:
    """Keeps the state of `after` on `before`, until the invoice is paid or given up."""
    before["_"]["held"] = {
        "invoice": invoice_id,
        "fields": copy.deepcopy({name: after[name] for name in _FIELDS}),
        "notes": copy.deepcopy({name: after["_"].get(name) for name in _NOTES}),
    }
    before["latest_invoice"] = invoice_id


def holds(subscription: Json, invoice: Json) -> bool:
    held = subscription["_"].get("held")
    return bool(held) and bool(held["invoice"] == invoice["id"])


def release(subscription: Json) -> None:
    """The held change becomes the subscription's state."""
    held = subscription["_"].pop("held")
    subscription.update(held["fields"])
    subscription["_"].update(held["notes"])


def follow(ctx: Context, subscription: Json, invoice: Json) -> None:
    """What became of the invoice decides over the change; while it is open, nothing changes."""
    updating = subscription["pending_update"] is not None
    if invoice["status"] == "paid" or (invoice["status"] == "uncollectible" and not updating):
        release(subscription)
        _announce(ctx, subscription, "pending_update_applied" if updating else "resumed")
    elif invoice["status"] in ("void", "uncollectible"):
        discard(ctx, subscription)


def discard(ctx: Context, subscription: Json) -> None:
    """The change is given up; its invoice is closed already."""
    updating = subscription["pending_update"] is not None
    subscription["_"].pop("held", None)
    _announce(ctx, subscription, "pending_update_expired" if updating else None)


def _announce(ctx: Context, subscription: Json, word: str | None) -> None:
    subscription["pending_update"] = None
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")
    if word:
        ctx.emit(f"customer.subscription.{word}", subscription)
