"""Making drafts: lines, pending items, and what they inherit; the totals are made by `lives/totals.py`."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import discounting
from sandbox.lives.invoices.addressing import address, letterhead
from sandbox.lives.invoices.item_lines import item_parent
from sandbox.lives.invoices.totals import total_up
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
    """A new draft with these lines, stored, and to be announced (`invoice.created`) when it is complete. Nothing is
    collected."""
    made = invoice(ctx.new_id("in_"), ctx.now, customer, ctx.settings)
    made.update(billing_reason=reason, currency=currency or made["currency"])
    address(ctx, made, customer)
    letterhead(made, customer)
    made["period_start"], made["period_end"] = period or (ctx.now, ctx.now)
    if subscription is not None:
        made.update(
            parent=subscription_parent(subscription, proration_date),
            collection_method=subscription["collection_method"],
            auto_advance=True,
            metadata={},
        )
        _settings_of(made, subscription)
        if subscription["collection_method"] == "send_invoice":
            made["due_date"] = ctx.now + 86_400 * (subscription["days_until_due"] or 30)
    inherit(ctx, made, customer, subscription)
    add_lines(made, lines, subscription)
    total_up(ctx, made, customer)
    discounting.use_up(ctx, made, customer, subscription)
    return ctx.begin(made, "invoice.created")


def _settings_of(made: Json, subscription: Json) -> None:
    """What a subscription sets for all its invoices."""
    wanted, payment = subscription["invoice_settings"], subscription["payment_settings"]
    made.update({name: wanted[name] for name in ("custom_fields", "description", "footer") if wanted.get(name)})
    for name in ("payment_method_options", "payment_method_types"):
        made["payment_settings"][name] = payment[name]


def inherit(ctx: Context, made: Json, customer: Json, subscription: Json | None) -> None:
    """A new invoice has the discounts and default tax rates of its subscription, else its customer's discount."""
    made["discounts"] = discounting.common_to(ctx, customer, subscription)
    made["default_tax_rates"] = list(subscription["default_tax_rates"]) if subscription else []


def add_lines(made: Json, lines: list[Json], subscription: Json | None) -> None:
    """Puts lines on an invoice; those of subscription items have the items' discounts and tax rates."""
    items = {item["id"]: item for item in subscription["items"]["data"]} if subscription else {}
    for entry in lines:
        entry["invoice"] = made["id"]
        made["lines"]["data"].append(entry)
        details = entry["parent"]["subscription_item_details"]
        item = items.get(details["subscription_item"]) if details else None
        if item is not None:
            entry["discounts"] = list(item["discounts"])
            note_rates(made, entry, item["tax_rates"])


def note_rates(made: Json, entry: Json, rates: list[Json]) -> None:
    """The line has these tax rates in place of the invoice's; with none, the invoice's apply."""
    made["_"]["rates"].pop(entry["id"], None)
    if rates:
        made["_"]["rates"][entry["id"]] = [rate["id"] for rate in rates]


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
    for entry, item in zip(lines, fitting, strict=True):
        entry["invoice"] = made["id"]
        note_rates(made, entry, item["tax_rates"])
    total_up(ctx, made, customer)
    netted = [each for item in fitting for each in item["_"].get("uses", [])]
    discounting.use_up(ctx, made, customer, None, netted)
    ctx.store.put(made)


def awaits(ctx: Context, customer: Json, subscription_id: str, currency: str) -> bool:
    """Whether an invoice item waits that the subscription's next invoice in this currency would pull."""
    found = [
        item
        for tag in (subscription_id, "customer")
        for item in ctx.store.find("invoiceitem", customer=customer["id"], tag=tag)
    ]
    return any(item["currency"] == currency for item in found)


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
    made.update(quantity=item["quantity"], quantity_decimal=item["quantity_decimal"], pricing=item["pricing"])
    made.update(subscription=notes["subscription"], metadata=dict(item["metadata"]))
    made.update(discountable=item["discountable"], discounts=list(item["discounts"]))
    if notes.get("itemized"):
        made["discount_amounts"] = item["proration_details"]["discount_amounts"]
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
