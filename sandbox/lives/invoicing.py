"""Making drafts: lines, pending items, totals."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.item_lines import item_parent
from sandbox.shapes.invoice import invoice, line, subscription_parent


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
