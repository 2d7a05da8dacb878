"""Verbs of a subscription beside its changes: resuming one that is paused, migrating its billing mode."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.subscriptions import resuming
from sandbox.nouns.subscriptions.subscriptions import live
from sandbox.protocol.errors import invalid


def resume(ctx: Context) -> Json:
    """Of a subscription that a trial without payment method paused; it becomes active with the first payment."""
    subscription = live(ctx, ctx.path["id"])
    if subscription["status"] != "paused":
        raise invalid(f"Cannot resume subscription {subscription['id']}: it is not paused.")
    if subscription["collection_method"] != "charge_automatically":
        raise invalid("Resume is only available for subscriptions that use charge_automatically collection.")
    if subscription["_"].get("held"):
        raise invalid("The invoice of an earlier resumption is still open; pay or void it first.")
    return public(resuming.resume(ctx, subscription, ctx.params))


def migrate(ctx: Context) -> Json:
    """From classic to flexible billing; there is no way back."""
    subscription = live(ctx, ctx.path["id"])
    if subscription["billing_mode"]["type"] == "flexible":
        raise invalid("This subscription is already in flexible billing mode.", "billing_mode[type]")
    asked = ctx.params["billing_mode"].get("flexible") or {}
    subscription["billing_mode"] = {
        "flexible": {"proration_discounts": asked.get("proration_discounts", "included")},
        "type": "flexible",
        "updated_at": ctx.now,
    }
    return public(ctx.update(subscription, "customer.subscription.updated"))
