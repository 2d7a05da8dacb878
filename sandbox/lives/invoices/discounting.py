"""Discounts in force: which an invoice inherits, when one is used up or ends, and what it leaves behind."""

from collections.abc import Iterable

from sandbox.context import Context
from sandbox.jsons import Json


def in_force(ctx: Context, discount_ids: Iterable[str]) -> list[str]:
    """Those that are neither used up nor over at this moment."""
    found = ((each, ctx.store.get(each)) for each in discount_ids)
    return [each for each, discount in found if discount is not None and _lives(ctx, discount)]


def _lives(ctx: Context, discount: Json) -> bool:
    notes = discount["_"]
    over = discount["end"] is not None and discount["end"] <= ctx.now
    return not (notes["used_by"] or notes["ended"] or over)


def common_to(ctx: Context, customer: Json, subscription: Json | None) -> list[str]:
    """The discounts that a new invoice has as a whole: its subscription's, else its customer's."""
    own = in_force(ctx, subscription["discounts"]) if subscription else []
    inherited = customer["discount"]
    return own or in_force(ctx, [inherited["id"]] if inherited else [])


def use_up(ctx: Context, made: Json, customer: Json, subscription: Json | None, netted: Iterable[str] = ()) -> None:
    """Discounts of duration `once` end with the first invoice on which they take something off; `netted` are those
    that its prorations are less of already."""
    used = [entry["discount"] for entry in made["total_discount_amounts"] if entry["amount"]]
    for discount_id in dict.fromkeys([*used, *netted]):
        discount = ctx.store.get(discount_id)
        if discount and discount["_"]["terms"]["duration"] == "once" and _lives(ctx, discount):
            discount["_"]["used_by"] = made["id"]
            end(ctx, discount, customer, subscription)


def end(ctx: Context, discount: Json, customer: Json | None, subscription: Json | None) -> Json:
    """Marks a discount as over, takes it off the objects at hand (the caller stores the subscription), and says so
    where it was on a customer or a subscription. Invoices that have it keep it."""
    discount["_"]["ended"] = True
    ctx.unschedule("discount.end", discount["id"])
    ctx.store.put(discount)
    if subscription is not None:
        take_off(subscription, discount["id"])
    if customer is not None and (customer["discount"] or {}).get("id") == discount["id"]:
        customer["discount"] = None
        ctx.update(customer, "customer.updated")
    if is_lasting(discount):
        ctx.emit("customer.discount.deleted", discount)
    return discount


def drop_ended(ctx: Context, subscription: Json) -> None:
    """After its invoice is complete: the discounts that this used up leave the subscription."""
    held = [each for holder in (subscription, *subscription["items"]["data"]) for each in holder["discounts"]]
    for discount_id in held:
        if ctx.load("discount", discount_id)["_"]["ended"]:
            take_off(subscription, discount_id)


def take_off(subscription: Json, discount_id: str) -> None:
    for holder in (subscription, *subscription["items"]["data"]):
        holder["discounts"] = [each for each in holder["discounts"] if each != discount_id]


def is_lasting(discount: Json) -> bool:
    """On a customer or a subscription, and not on one invoice or invoice item alone."""
    return discount["invoice"] is None and discount["invoice_item"] is None
