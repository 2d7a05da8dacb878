"""Prorations, exact to the second.

Flexible billing credits what was really debited for the remaining time; where nothing was debited, nothing is
credited. Classic billing credits the old price's share of the period, whatever was debited. Debits are the new
price's share of the whole period in both. Amounts are rounded half away from zero to whole minor units.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.cycles import interval_of
from sandbox.lives.item_lines import price_of, product_name
from sandbox.money import divided
from sandbox.periods import previous_boundary
from sandbox.rates import price_amount
from sandbox.shapes.invoice import pricing
from sandbox.shapes.invoice_item import invoice_item


def full_period(subscription: Json, item: Json) -> tuple[int, int]:
    """The whole period that ends with the item's current one; longer than it where the first was a stub."""
    end = item["current_period_end"]
    interval, count = interval_of(item["price"])
    return previous_boundary(subscription["billing_cycle_anchor"], interval, count, end), end


def prorated_price(ctx: Context, subscription: Json, item: Json, at: int) -> int:
    """The item's price for the time from `at` to the end of its period, in minor units."""
    start, end = full_period(subscription, item)
    return divided(price_amount(price_of(ctx, item), item["quantity"] or 0) * (end - at), end - start)


def credit(ctx: Context, subscription: Json, item: Json, at: int) -> Json | None:
    """A waiting invoice item that gives back the unused time of an item as it was; None where there is nothing."""
    debit = subscription["_"]["debits"].pop(item["id"], None)
    if debit is None or debit["end"] <= at:
        return None
    if subscription["billing_mode"]["type"] == "classic":
        amount = prorated_price(ctx, subscription, item, at)
    else:
        span = debit["end"] - debit["start"]
        amount = divided(debit["amount"] * (debit["end"] - max(at, debit["start"])), span)
    if amount == 0:
        return None
    lines = {"invoice": debit.get("invoice"), "invoice_line_items": debit["lines"]} if debit.get("invoice") else None
    return _waiting(ctx, subscription, item, -amount, at, "Unused time on", lines)


def debit(ctx: Context, subscription: Json, item: Json, at: int) -> Json | None:
    """A waiting invoice item for the remaining time of an item as it is now."""
    if item["price"]["recurring"]["usage_type"] == "metered":
        return None
    amount = prorated_price(ctx, subscription, item, at)
    made = _waiting(ctx, subscription, item, amount, at, "Remaining time on", None)
    subscription["_"]["debits"][item["id"]] = {
        "amount": amount,
        "start": at,
        "end": item["current_period_end"],
        "lines": [made["id"]],
    }
    return made


def _waiting(
    ctx: Context, subscription: Json, item: Json, amount: int, at: int, words: str, credited: Json | None
) -> Json:
    price = price_of(ctx, item)
    made = invoice_item(
        ctx.new_id("ii_"),
        ctx.now,
        subscription["customer"],
        amount=amount,
        currency=subscription["currency"],
        description=f"{words} {item['quantity'] or 0} × {product_name(ctx, price)}",
    )
    made.update(
        proration=True,
        discountable=False,
        period={"end": item["current_period_end"], "start": at},
        pricing=pricing(price),
        quantity=item["quantity"] or 0,
        quantity_decimal=str(item["quantity"] or 0),
        proration_details={"discount_amounts": []},
        parent={
            "subscription_details": {"subscription": subscription["id"], "subscription_item": item["id"]},
            "type": "subscription_details",
        },
    )
    made["_"].update(subscription=subscription["id"], item=item["id"], credited=credited)
    return ctx.create(made, "invoiceitem.created")
