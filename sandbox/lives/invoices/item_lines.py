"""The lines that a subscription item makes on an invoice: one, or for tiered prices one for each part of a tier."""

from decimal import Decimal

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.money.money import shown
from sandbox.money.rates import Part, parts_of
from sandbox.shapes.invoice import line, pricing


def item_lines(
    ctx: Context,
    subscription: Json,
    item: Json,
    period: tuple[int, int],
    *,
    amount: int | None = None,
    used: Decimal | None = None,
    trial: bool | None = None,
) -> list[Json]:
    """Lines for a period at the item's full price, in the order of the tiers; one line where an `amount` (minor
    units) is given: a trial's nothing, or a part of the price. `used` is what a metered item counted; `trial` says
    that the period was one, if the subscription is not on trial any more."""
    price = price_of(ctx, item)
    free = subscription["status"] == "trialing" if trial is None else trial
    quantity = Decimal(item["quantity"] or 0) if used is None else used
    if amount is not None:
        whole = Part(quantity, price["unit_amount_decimal"] or "0", amount)
        described = _on_trial(ctx, subscription, price, whole) if free else _described(ctx, price, whole)
        return [_line(ctx, subscription, item, period, whole, described)]
    parts = parts_of(price, quantity)
    return [_line(ctx, subscription, item, period, part, _described(ctx, price, part)) for part in parts]


def _line(ctx: Context, subscription: Json, item: Json, period: tuple[int, int], part: Part, described: str) -> Json:
    made = line(
        ctx.new_id("il_"),
        amount=part.amount,
        currency=subscription["currency"],
        description=described,
        start=period[0],
        end=period[1],
    )
    made.update(quantity=int(part.quantity), quantity_decimal=plain(part.quantity))
    made.update(
        subscription=subscription["id"], metadata=dict(subscription["metadata"]), pricing=pricing(item["price"])
    )
    if part.tier is not None:
        made["pricing"]["unit_amount_decimal"] = None if part.flat else part.unit
    made["parent"] = item_parent(subscription["id"], item["id"], None)
    return made


def plain(quantity: Decimal) -> str:
    """An exact quantity without exponent and trailing zeros."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def item_parent(subscription_id: str, item_id: str, invoice_item: str | None, credited: Json | None = None) -> Json:
    """The parent of a line that a subscription item made; prorations name their invoice item."""
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": invoice_item,
            "proration": invoice_item is not None,
            "proration_details": {"credited_items": credited},
            "subscription": subscription_id,
            "subscription_item": item_id,
        },
        "type": "subscription_item_details",
    }


def price_of(ctx: Context, item: Json) -> Json:
    """The stored price of an item, with its tiers."""
    price = ctx.store.get(item["price"]["id"])
    assert price is not None  # noqa: S101 - prices cannot be deleted
    return price


def product_name(ctx: Context, price: Json) -> str:
    product = ctx.store.get(price["product"])
    return str(product["name"]) if product else str(price["product"])


def _on_trial(ctx: Context, subscription: Json, price: Json, part: Part) -> str:
    """Flexible billing words it in one way; classic billing in one for usage and another for everything else."""
    name = product_name(ctx, price)
    if subscription["billing_mode"]["type"] == "flexible":
        return f"Free trial for {plain(part.quantity)} × {name}"
    metered = price["recurring"]["usage_type"] == "metered"
    return f"{plain(part.quantity)} × {name} (Free trial)" if metered else f"Trial period for {name}"


def _described(ctx: Context, price: Json, part: Part) -> str:
    """As Stripe words it: `31 credit × Usage (Tier 2 at $0.036 / month)`, and `Usage (Tier 2 at $9.00 / month)` for
    the flat amount of a tier."""
    product = ctx.store.get(price["product"]) or {}
    name, label = product.get("name", price["product"]), product.get("unit_label") or ""
    counted = f"{plain(part.quantity)} {label}".rstrip()
    words = name if part.flat else f"{counted} × {name}"
    return f"{words} ({_rate(price, part, label or 'units')} / {_every(price['recurring'])})"


def _rate(price: Json, part: Part, label: str) -> str:
    if part.tier is None and price["billing_scheme"] == "tiered":
        return "tiered pricing"
    tier = "" if part.tier is None else f"Tier {part.tier} "
    packaging = price["transform_quantity"]
    per = f" per {packaging['divide_by']} {label}" if packaging else ""
    return f"{tier}at {shown(part.unit, price['currency'])}{per}"


def _every(recurring: Json) -> str:
    interval, count = recurring["interval"], recurring["interval_count"]
    return str(interval) if count == 1 else f"every {count} {interval}s"
