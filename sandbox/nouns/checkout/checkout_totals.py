"""What a Checkout session costs: the very invoice that it would make is made and undone, so that the amounts shown
equal to the cent what is charged."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices.item_lines import product_name
from sandbox.lives.previewing import rehearse
from sandbox.nouns.checkout.checkout_orders import lines_with_prices, one_off_invoice, subscribe
from sandbox.nouns.customers import customers
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
    session["_"]["cuts"] = {}
    for place, item in enumerate(items):
        if session["mode"] == "payment":
            own = [entries[place]]
        else:
            own = [entry for entry in entries if _price_of(entry) == item["price"]["id"]]
        _count(item, own)
        session["_"]["cuts"][item["id"]] = _cuts(session, own)
    return items


def _cuts(session: Json, entries: list[Json]) -> list[Json]:
    """What each discount took off these lines of the invoice."""
    known = {entry["discount"]["id"]: entry["discount"] for entry in session["_"]["breakdown"]["discounts"]}
    amounts: dict[str, int] = {}
    for cut in (cut for entry in entries for cut in entry["discount_amounts"]):
        amounts[cut["discount"]] = amounts.get(cut["discount"], 0) + cut["amount"]
    return [{"amount": amount, "discount": known[each]} for each, amount in amounts.items()]


def _rehearsed(ctx: Context, session: Json) -> Json:
    def making(quiet: Context) -> Json:
        customer = session["customer"] or session["_"]["customer"] or _somebody(quiet)
        if session["mode"] == "payment":
            found = one_off_invoice(quiet, session, customer)
        else:
            found = quiet.load("invoice", subscribe(quiet, session, customer)["latest_invoice"])
        session["_"]["breakdown"] = _breakdown(quiet, found)
        return found

    made = rehearse(ctx, making)
    assert made is not None  # noqa: S101 - making returns or raises
    return made


def _breakdown(quiet: Context, made: Json) -> Json:
    """Discounts, as they were in the rehearsal, and taxes of the invoice."""
    discounts = [
        {"amount": entry["amount"], "discount": public(quiet.load("discount", entry["discount"]))}
        for entry in made["total_discount_amounts"]
    ]
    taxes = [
        {
            "amount": tax["amount"],
            "rate": public(quiet.load("tax_rate", tax["tax_rate_details"]["tax_rate"])),
            "taxability_reason": tax["taxability_reason"],
            "taxable_amount": tax["taxable_amount"],
        }
        for tax in made["total_taxes"]
    ]
    return {"discounts": discounts, "taxes": taxes}


def broken_down(ctx: Context, session: Json) -> Json | None:
    """`total_details` with what they are made of."""
    notes = ctx.load("checkout.session", session["id"])["_"]
    details: Json | None = session["total_details"]
    return {**details, "breakdown": notes.get("breakdown")} if details else None


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
