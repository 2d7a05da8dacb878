"""Changing the lines of a draft, each with the invoice item that it is of."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.invoicing import line_of_pending, note_rates
from sandbox.lives.invoices.totals import total_up


def put_on(ctx: Context, invoice: Json, item: Json) -> Json:
    """A new line at the end for an item that is stored; the totals are not made yet."""
    item["invoice"] = invoice["id"]
    ctx.store.put(item)
    made = line_of_pending(ctx, item)
    made["invoice"] = invoice["id"]
    note_rates(invoice, made, item["tax_rates"])
    invoice["lines"]["data"].append(made)
    return made


def line_of(invoice: Json, item: Json) -> Json:
    """The line of an invoice item on its invoice."""
    found: Json = next(entry for entry in invoice["lines"]["data"] if item_id_of(entry) == item["id"])
    return found


def item_id_of(entry: Json) -> str | None:
    """The invoice item of a line; None for a period of a subscription item."""
    parent = entry["parent"]
    details = parent["invoice_item_details"] or parent["subscription_item_details"]
    item_id: str | None = details["invoice_item"]
    return item_id


def refresh_line(ctx: Context, invoice: Json, entry: Json, item: Json) -> None:
    """Brings a line to what its item now says."""
    kept = {"id": entry["id"], "invoice": invoice["id"]}
    entry.update({**line_of_pending(ctx, item), **kept})
    note_rates(invoice, entry, item["tax_rates"])


def drop_line(invoice: Json, entry: Json) -> None:
    invoice["_"]["rates"].pop(entry["id"], None)
    invoice["lines"]["data"] = [other for other in invoice["lines"]["data"] if other["id"] != entry["id"]]


def retotal(ctx: Context, invoice: Json) -> Json:
    """Makes the totals of a changed draft anew, and announces it."""
    total_up(ctx, invoice, ctx.load("customer", invoice["customer"]))
    return ctx.update(invoice, "invoice.updated")
