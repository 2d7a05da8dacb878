"""The lines of drafts: added, changed and removed, one by one or several at once. Their invoice items follow."""

from collections.abc import Callable

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.drafts import drop_line, item_id_of, put_on, refresh_line, retotal
from sandbox.lives.invoices.invoicing import note_rates
from sandbox.lives.invoices.rating import tax_rates
from sandbox.lives.invoices.redeeming import Place, redeem
from sandbox.nouns.invoices.invoices import shown
from sandbox.nouns.invoices.item_building import build_item, change_item
from sandbox.nouns.invoices.item_params import LINE
from sandbox.operations.lists import page_of
from sandbox.protocol.errors import invalid, missing
from sandbox.protocol.params import Kind, array, choice, mapping, merge_metadata, metadata, required, text

UPDATE = LINE
ADD: dict[str, Kind] = {
    "invoice_metadata": metadata,
    "lines": required(array(mapping({**LINE, "invoice_item": text}))),
}
CHANGE: dict[str, Kind] = {
    "invoice_metadata": metadata,
    "lines": required(array(mapping({**LINE, "id": required(text)}))),
}
REMOVE: dict[str, Kind] = {
    "invoice_metadata": metadata,
    "lines": required(array(mapping({"id": required(text), "behavior": required(choice("delete", "unassign"))}))),
}
_OF_ITEMS_ONLY = ("amount", "price_data", "pricing", "quantity", "quantity_decimal")


def list_all(ctx: Context) -> Json:
    invoice = ctx.load("invoice", ctx.path["id"])
    return page_of(ctx, f"/v1/invoices/{invoice['id']}/lines", invoice["lines"]["data"])


def update(ctx: Context) -> Json:
    """One line; the answer is the line."""
    invoice = _draft(ctx)
    _change(ctx, invoice, {**ctx.params, "id": ctx.path["line"]}, "")
    retotal(ctx, invoice)
    return _line(invoice, ctx.path["line"], "id")


def add(ctx: Context) -> Json:
    return _each(ctx, _add)


def change(ctx: Context) -> Json:
    return _each(ctx, _change)


def remove(ctx: Context) -> Json:
    return _each(ctx, _remove)


def _each(ctx: Context, action: Callable[[Context, Json, Json, str], None]) -> Json:
    """Does it for each given line, then makes the totals; the answer is the invoice."""
    invoice = _draft(ctx)
    for index, given in enumerate(ctx.params["lines"]):
        action(ctx, invoice, given, f"lines[{index}]")
    if "invoice_metadata" in ctx.params:
        invoice["metadata"] = merge_metadata(invoice["metadata"], ctx.params["invoice_metadata"])
    return shown(retotal(ctx, invoice))


def _draft(ctx: Context) -> Json:
    invoice = ctx.load("invoice", ctx.path["id"])
    if invoice["status"] != "draft":
        raise invalid("Finalized invoices can't be updated in this way", code="invoice_not_editable")
    return invoice


def _line(invoice: Json, line_id: str, param: str) -> Json:
    for entry in invoice["lines"]["data"]:
        if entry["id"] == line_id:
            found: Json = entry
            return found
    raise missing("line item", line_id, param)


def _add(ctx: Context, invoice: Json, given: Json, path: str) -> None:
    customer = ctx.load("customer", invoice["customer"])
    if given.get("invoice_item"):
        item = ctx.load("invoiceitem", given["invoice_item"], f"{path}[invoice_item]")
        fits = (item["invoice"], item["customer"], item["currency"]) == (None, customer["id"], invoice["currency"])
        if not fits:
            message = "The invoice item must be pending, and of the invoice's customer and currency."
            raise invalid(message, f"{path}[invoice_item]")
        change_item(ctx, item, customer, given, path)
        ctx.store.put(item)
    else:
        item = build_item(ctx, customer, given, invoice["currency"], path)
        if item["currency"] != invoice["currency"]:
            raise invalid(f"The invoice is in {invoice['currency']}.", path)
        ctx.create(item, "invoiceitem.created")
    put_on(ctx, invoice, item)


def _change(ctx: Context, invoice: Json, given: Json, path: str) -> None:
    entry = _line(invoice, given["id"], f"{path}[id]" if path else "id")
    item_id = item_id_of(entry)
    if item_id is None:
        _change_period_line(ctx, invoice, entry, given, path)
        return
    item = ctx.load("invoiceitem", item_id)
    change_item(ctx, item, ctx.load("customer", invoice["customer"]), given, path)
    if item["currency"] != invoice["currency"]:
        raise invalid(f"The invoice is in {invoice['currency']}.", path or "price_data")
    ctx.update(item)
    refresh_line(ctx, invoice, entry, item)


def _change_period_line(ctx: Context, invoice: Json, entry: Json, given: Json, path: str) -> None:
    """A line for a period of a subscription: what it costs is made by its subscription."""
    prefix = f"{path}[{{}}]" if path else "{}"
    for name in _OF_ITEMS_ONLY:
        if name in given:
            raise invalid(f"`{name}` of a subscription's line cannot be changed.", prefix.format(name))
    for name in ("description", "discountable", "period"):
        if name in given:
            entry[name] = given[name]
    if "metadata" in given:
        entry["metadata"] = merge_metadata(entry["metadata"], given["metadata"])
    if given.get("tax_rates", []) != []:
        note_rates(invoice, entry, tax_rates(ctx, given["tax_rates"], prefix.format("tax_rates")))
    if given.get("discounts", []) != []:
        customer, known = ctx.load("customer", invoice["customer"]), (*entry["discounts"], *invoice["discounts"])
        place = Place(customer, invoice["currency"], entry["amount"], known, {"invoice_item": entry["id"]})
        entry["discounts"] = redeem(ctx, given["discounts"] or [], place, prefix.format("discounts"))


def _remove(ctx: Context, invoice: Json, given: Json, path: str) -> None:
    """`delete` ends the invoice item too, `unassign` lets it wait for another invoice."""
    entry = _line(invoice, given["id"], f"{path}[id]")
    item_id = item_id_of(entry)
    drop_line(invoice, entry)
    if item_id is None:
        if given["behavior"] == "unassign":
            raise invalid("Only lines of invoice items can be unassigned.", f"{path}[behavior]")
        return
    item = ctx.load("invoiceitem", item_id)
    if given["behavior"] == "unassign":
        ctx.update({**item, "invoice": None})
        return
    ctx.store.drop(item_id)
    ctx.emit("invoiceitem.deleted", item)
