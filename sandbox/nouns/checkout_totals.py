"""What a Checkout session costs: the very invoice that it would make is made and undone, so that the amounts shown
equal to the cent what is charged."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.item_lines import product_name
from sandbox.lives.previewing import rehearse
from sandbox.nouns import customers
from sandbox.nouns.checkout_orders import lines_with_prices, one_off_invoice, subscribe
from sandbox.shapes.checkout_session import line_item

AMOUNTS = ("amount_subtotal", "amount_discount", "amount_tax", "amount_total")


def recount(ctx: Context, session: Json) -> None:
    """Sets line items, currency, amounts and `total_details` (minor units); mode setup has none of them."""
    if session["mode"] == "setup":
        return
    items = session["_"]["items"] = _counted(ctx, session)
    totals = {name: sum(item[name] for item in items) for name in AMOUNTS}
    session.update(amount_subtotal=totals["amount_subtotal"], amount_total=totals["amount_total"])
    session["currency"] = items[0]["currency"]
    session["total_details"] = {
        "amount_discount": totals["amount_discount"],
        "amount_shipping": 0,
        "amount_tax": totals["amount_tax"],
    }


def _counted(ctx: Context, session: Json) -> list[Json]:
    entries = _rehearsed(ctx, session)["lines"]["data"]
    items = [_item(ctx, line, price) for line, price in lines_with_prices(ctx, session)]
    if session["mode"] == "payment":
        for item, entry in zip(items, entries, strict=True):
            _count(item, [entry])
        return items
    for item in items:
        _count(item, [entry for entry in entries if _price_of(entry) == item["price"]["id"]])
    return items


def _rehearsed(ctx: Context, session: Json) -> Json:
    def making(quiet: Context) -> Json:
        customer = session["customer"] or session["_"]["customer"] or _somebody(quiet)
        if session["mode"] == "payment":
            return one_off_invoice(quiet, session, customer)
        return quiet.load("invoice", subscribe(quiet, session, customer)["latest_invoice"])

    made = rehearse(ctx, making)
    assert made is not None  # noqa: S101 - making returns or raises
    return made


def _somebody(quiet: Context) -> str:
    return str(customers.create(quiet.with_params({}))["id"])


def _item(ctx: Context, line: Json, price: Json) -> Json:
    made = line_item(line["id"], public(price), line["quantity"], product_name(ctx, price))
    made.update(adjustable_quantity=line["adjustable"], metadata=line["metadata"])
    return made


def _price_of(entry: Json) -> str | None:
    return entry["pricing"]["price_details"]["price"] if entry["pricing"] else None


def _count(item: Json, entries: list[Json]) -> None:
    """Adds up the invoice's lines of one price; inclusive tax is part of the amount, exclusive comes on top."""
    discount = sum(cut["amount"] for entry in entries for cut in entry["discount_amounts"])
    taxes = [tax for entry in entries for tax in entry["taxes"]]
    on_top = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    subtotal = sum(entry["amount"] for entry in entries)
    item.update(amount_subtotal=subtotal, amount_discount=discount)
    item.update(amount_tax=sum(tax["amount"] for tax in taxes), amount_total=subtotal - discount + on_top)
