"""`add_invoice_items`: one-off prices that come on the next invoice of a subscription."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.item_lines import product_name
from sandbox.lives.invoices.rating import tax_rates
from sandbox.lives.invoices.redeeming import Place, redeem
from sandbox.money.rates import price_amount
from sandbox.shapes.invoice import pricing
from sandbox.shapes.invoice_item import invoice_item


def add(ctx: Context, subscription: Json, extras: list[Json]) -> None:
    """Waiting invoice items of the subscription. `extras` have a stored one-time `price`, and may have quantity,
    metadata, discountable, discounts, tax rates and period; without one it is from the last start to the first end
    among the items."""
    for place, extra in enumerate(extras):
        made = _made(ctx, subscription, extra)
        _set_pricing(ctx, made, extra, f"add_invoice_items[{place}]")
        ctx.create(made, "invoiceitem.created")


def _set_pricing(ctx: Context, made: Json, extra: Json, path: str) -> None:
    """Its own discounts and tax rates; `net_amount` is that of what takes no discounts."""
    made["tax_rates"] = tax_rates(ctx, extra.get("tax_rates"), f"{path}[tax_rates]")
    if extra.get("discounts"):
        customer = ctx.load("customer", made["customer"])
        where = Place(customer, made["currency"], made["amount"], (), {"invoice_item": made["id"]})
        made["discounts"] = redeem(ctx, extra["discounts"], where, f"{path}[discounts]")
    made["net_amount"] = None if made["discountable"] else made["amount"]


def _made(ctx: Context, subscription: Json, extra: Json) -> Json:
    price, quantity = extra["price"], extra.get("quantity", 1)
    made = invoice_item(
        ctx.new_id("ii_"),
        ctx.now,
        subscription["customer"],
        amount=price_amount(price, quantity),
        currency=price["currency"],
        description=product_name(ctx, price),
    )
    made.update(
        discountable=extra.get("discountable", True),
        metadata=extra.get("metadata") or {},
        parent={
            "subscription_details": {"subscription": subscription["id"], "subscription_item": None},
            "type": "subscription_details",
        },
        period=_period(ctx, subscription, extra.get("period")),
        pricing=pricing(price),
        quantity=quantity,
        quantity_decimal=str(quantity),
    )
    made["_"]["subscription"] = subscription["id"]
    return made


def _period(ctx: Context, subscription: Json, given: Json | None) -> Json:
    items = subscription["items"]["data"]
    start, end = (given or {}).get("start") or {}, (given or {}).get("end") or {}
    starts = {"now": ctx.now, "timestamp": start.get("timestamp")}
    first = starts.get(start.get("type", "")) or max(item["current_period_start"] for item in items)
    last = end.get("timestamp") or min(item["current_period_end"] for item in items)
    return {"start": first, "end": max(first, last)}
