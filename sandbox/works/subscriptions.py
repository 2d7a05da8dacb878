"""Due work of subscriptions."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.jsons import Json
from sandbox.lives import previewing
from sandbox.lives.subscriptions import concluding, cycles, ending, pending_items, pending_updates
from sandbox.lives.subscriptions.schedule import reschedule
from sandbox.protocol.errors import StripeError


def cycle_subscription(ctx: Context, subscription_id: str) -> None:
    subscription = ctx.load("subscription", subscription_id)
    asked = subscription["cancel_at"] is not None and subscription["cancel_at"] <= ctx.now
    if asked or cycles.after_trial(ctx, subscription) == "cancel":
        concluding.at_its_moment(ctx, subscription, "cancellation_requested" if asked else None)
    else:
        cycles.renew(ctx, subscription)


def cancel_subscription(ctx: Context, subscription_id: str) -> None:
    concluding.at_its_moment(ctx, ctx.load("subscription", subscription_id), "cancellation_requested")


def expire_subscription(ctx: Context, subscription_id: str) -> None:
    """What waited 23 hours for its first payment: a new subscription ends, a paused one stays paused."""
    subscription = ctx.load("subscription", subscription_id)
    if subscription["status"] == "incomplete":
        ending.expire(ctx, subscription)
    elif subscription["status"] == "paused":
        pending_updates.expire(ctx, subscription)


def expire_pending_update(ctx: Context, subscription_id: str) -> None:
    pending_updates.expire(ctx, ctx.load("subscription", subscription_id))


def invoice_pending_items(ctx: Context, subscription_id: str) -> None:
    pending_items.invoice(ctx, ctx.load("subscription", subscription_id))


def resume_collection(ctx: Context, subscription_id: str) -> None:
    subscription = ctx.load("subscription", subscription_id)
    subscription["pause_collection"] = None
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")


def announce_trial_end(ctx: Context, subscription_id: str) -> None:
    ctx.emit("customer.subscription.trial_will_end", ctx.load("subscription", subscription_id))


def announce_renewal(ctx: Context, subscription_id: str) -> None:
    """`invoice.upcoming`: the renewal as it would be, without an id; nothing where there will be none, as when a
    trial ends that nobody can pay for."""
    try:
        coming: Json = previewing.renewal(ctx, ctx.load("subscription", subscription_id))
    except StripeError as none:
        if none.fields.get("code") != "invoice_upcoming_none":
            raise
        return
    ctx.emit("invoice.upcoming", {key: value for key, value in coming.items() if key != "id"})


WORKS: dict[str, Work] = {
    "subscription.cycle": cycle_subscription,
    "subscription.cancel": cancel_subscription,
    "subscription.expire": expire_subscription,
    "subscription.pending_update_expires": expire_pending_update,
    "subscription.pending_items": invoice_pending_items,
    "subscription.resume": resume_collection,
    "subscription.trial_will_end": announce_trial_end,
    "subscription.upcoming": announce_renewal,
}
