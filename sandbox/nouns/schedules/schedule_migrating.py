"""A schedule made from a subscription that runs: one phase, the present period with the present items."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.subscriptions.schedule import period_of
from sandbox.lives.subscriptions.schedule_standing import discounts_shown, items_shown
from sandbox.protocol.errors import invalid
from sandbox.shapes.subscription_schedule import phase, subscription_schedule

ENDED = ("canceled", "incomplete_expired")


def migrated(ctx: Context, subscription: Json) -> Json:
    """The schedule, not stored; the subscription is tied to it, not stored either."""
    if subscription["status"] in (*ENDED, "incomplete"):
        raise invalid(
            f"You cannot migrate a subscription that is in the `{subscription['status']}` status.", "from_subscription"
        )
    if subscription["schedule"]:
        raise invalid(
            f"You cannot migrate a subscription that is already attached to a schedule: {subscription['schedule']}",
            "from_subscription",
        )
    customer = ctx.load("customer", subscription["customer"])
    made = subscription_schedule(ctx.new_id("sub_sched_"), ctx.now, customer)
    made.update(billing_mode=subscription["billing_mode"], status="active", subscription=subscription["id"])
    if subscription["cancel_at"]:
        made["end_behavior"] = "cancel"
    _copy_settings(made["default_settings"], subscription)
    made["phases"] = [_phase(subscription)]
    made["current_phase"] = {name: made["phases"][0][name] for name in ("end_date", "start_date")}
    subscription.update(schedule=made["id"], cancel_at_period_end=False)
    return made


def _copy_settings(settings: Json, subscription: Json) -> None:
    for name in ("collection_method", "default_payment_method", "description"):
        settings[name] = subscription[name]
    settings["invoice_settings"]["days_until_due"] = subscription["days_until_due"]


def _phase(subscription: Json) -> Json:
    start, end = period_of(subscription)
    made = phase(start, subscription["cancel_at"] or end, subscription["currency"])
    made["items"] = items_shown(subscription)
    made.update(discounts=discounts_shown(subscription), default_tax_rates=list(subscription["default_tax_rates"]))
    made["metadata"] = dict(subscription["metadata"])
    if subscription["status"] == "trialing":
        made["trial_end"] = subscription["trial_end"]
    return made
