"""Making drafts: lines, pending items, totals."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.money import price_amount, shown
from sandbox.shapes.invoice import invoice, line, pricing, subscription_parent


def draft(
    ctx: Context,
    customer: Json,
    *,
    reason: str,
    lines: list[Json],
    subscription: Json | None = None,
    currency: str | None = None,
    period: tuple[int, int] | None = None,
    proration_date: int | None = None,
) -> Json:
    """A new draft with these lines, stored and announced (`invoice.created`). Nothing is collected."""
    made = invoice(ctx.new_id("in_"), ctx.now, customer, ctx.settings)
    made.update(billing_reason=reason, currency=currency or made["currency"])
    made["period_start"], made["period_end"] = period or (ctx.now, ctx.now)
    if subscription is not None:
        made.update(
            parent=subscription_parent(subscription, proration_date),
            collection_method=subscription["collection_method"],
            auto_advance=True,
            metadata={},
        )
        if subscription["collection_method"] == "send_invoice":
            made["due_date"] = ctx.now + 86_400 * (subscription["days_until_due"] or 30)
    add_lines(made, lines)
    total_up(made, customer)
    return ctx.create(made, "invoice.created")


def add_lines(made: Json, lines: list[Json]) -> None:
    for entry in lines:
        entry["invoice"] = made["id"]
        made["lines"]["data"].append(entry)


def total_up(made: Json, customer: Json) -> None:
    """Totals of a draft, with the customer's balance as it stands."""
    total = sum(entry["amount"] for entry in made["lines"]["data"])
    due = max(0, total + customer["balance"])
    made.update(
        subtotal=total,
        subtotal_excluding_tax=total,
        total=total,
        total_excluding_tax=total,
        starting_balance=customer["balance"],
        amount_due=due,
        amount_remaining=due,
    )


def item_line(ctx: Context, subscription: Json, item: Json, start: int, end: int, amount: int | None = None) -> Json:
    """The line of a subscription item for a period; at its full price unless an amount is given."""
    price = price_of(ctx, item)
    quantity = item["quantity"] or 0
    cost = price_amount(price, quantity) if amount is None else amount
    made = line(
        ctx.new_id("il_"),
        amount=cost,
        currency=subscription["currency"],
        description=_described(ctx, price, quantity, subscription["status"] == "trialing"),
        start=start,
        end=end,
    )
    made.update(quantity=quantity, quantity_decimal=str(quantity), subscription=subscription["id"])
    made.update(pricing=pricing(price), metadata=dict(subscription["metadata"]))
    made["parent"] = item_parent(subscription["id"], item["id"], None)
    return made


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


def _described(ctx: Context, price: Json, quantity: int, trial: bool) -> str:
    name, interval = product_name(ctx, price), price["recurring"]["interval"]
    if trial:
        return f"Trial period for {name}"
    unit = price["unit_amount_decimal"]
    each = f"{shown(unit, price['currency'])} / {interval}" if unit else f"tiered pricing / {interval}"
    return f"{quantity} × {name} (at {each})"


def pull_pending(
    ctx: Context, made: Json, customer: Json, subscription_id: str | None, *, all_of_customer: bool
) -> None:
    """Moves waiting invoice items of the invoice's currency onto a stored draft."""
    pending = ctx.store.find("invoiceitem", customer=customer["id"], tag=subscription_id) if subscription_id else []
    if all_of_customer:
        pending += ctx.store.find("invoiceitem", customer=customer["id"], tag="customer")
    fitting = [item for item in pending if item["currency"] == made["currency"]]
    lines = [line_of_pending(ctx, item) for item in fitting]
    for item in fitting:
        item["invoice"] = made["id"]
        ctx.store.put(item)
    made["lines"]["data"][:0] = lines
    for entry in lines:
        entry["invoice"] = made["id"]
    total_up(made, customer)
    ctx.store.put(made)


def line_of_pending(ctx: Context, item: Json) -> Json:
    period = item["period"]
    made = line(
        ctx.new_id("il_"),
        amount=item["amount"],
        currency=item["currency"],
        description=item["description"],
        start=period["start"],
        end=period["end"],
    )
    notes = item["_"]
    made.update(quantity=item["quantity"], quantity_decimal=str(item["quantity"]), pricing=item["pricing"])
    made.update(subscription=notes["subscription"], metadata=dict(item["metadata"]))
    made["discountable"] = item["discountable"]
    if item["proration"]:
        made["parent"] = item_parent(notes["subscription"], notes["item"], item["id"], notes["credited"])
        return made
    made["parent"] = {
        "invoice_item_details": {
            "invoice_item": item["id"],
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": notes["subscription"],
        },
        "subscription_item_details": None,
        "type": "invoice_item_details",
    }
    return made
