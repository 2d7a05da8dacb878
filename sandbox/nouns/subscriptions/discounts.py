"""Taking the discount off a customer or a subscription."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices.discounting import end
from sandbox.nouns.subscriptions.subscriptions import live
from sandbox.protocol.errors import StripeError, invalid


def delete_of_customer(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.path["id"])
    if customer["discount"] is None:
        raise _none(f"customer: {customer['id']}")
    return _deleted(end(ctx, ctx.load("discount", customer["discount"]["id"]), customer, None))


def delete_of_subscription(ctx: Context) -> Json:
    """Of a subscription with one discount; with several, which is meant could not be said."""
    subscription = live(ctx, ctx.path["id"])
    if not subscription["discounts"]:
        raise _none(f"subscription: {subscription['id']}")
    if len(subscription["discounts"]) > 1:
        raise invalid("The subscription has several discounts; update its `discounts` instead.")
    gone = end(ctx, ctx.load("discount", subscription["discounts"][0]), None, subscription)
    ctx.update(subscription, "customer.subscription.updated")
    return _deleted(gone)


def _none(where: str) -> StripeError:
    return invalid(f"No active discount for {where}", code="resource_missing", status=404)


def _deleted(gone: Json) -> Json:
    return {**public(gone), "deleted": True}
