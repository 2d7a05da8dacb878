"""Invoice items: one-off amounts that wait for, or are put on, an invoice."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices.drafts import drop_line, line_of, put_on, refresh_line, retotal
from sandbox.nouns.invoices.item_building import build_item, change_item
from sandbox.nouns.invoices.item_params import ITEM
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import PAGE, RANGE, Kind, boolean, text

CREATE: dict[str, Kind] = {**ITEM, "customer": text, "currency": text, "invoice": text, "subscription": text}
UPDATE = ITEM
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text, "invoice": text, "pending": boolean}


def create(ctx: Context) -> Json:
    given = ctx.params
    invoice = _draft(ctx, given["invoice"], "invoice") if given.get("invoice") else None
    customer_id = given.get("customer") or (invoice["customer"] if invoice else None)
    if not customer_id:
        raise missing_parameter("customer")
    customer = ctx.load("customer", customer_id, "customer")
    item = build_item(ctx, customer, given, invoice["currency"] if invoice else None)
    if given.get("subscription"):
        bind(ctx, item, given["subscription"])
    if invoice is not None and (invoice["currency"] != item["currency"] or invoice["customer"] != customer_id):
        raise invalid(
            "Items can only be put on draft invoices of their customer and currency.", "invoice", "invoice_not_editable"
        )
    ctx.create(item, "invoiceitem.created")
    if invoice is not None:
        put_on(ctx, invoice, item)
        retotal(ctx, invoice)
    return public(item)


def bind(ctx: Context, item: Json, subscription_id: str) -> None:
    """The item waits for an invoice of this subscription alone."""
    owner = ctx.load("subscription", subscription_id, "subscription")
    if owner["customer"] != item["customer"]:
        raise invalid("The subscription belongs to another customer.", "subscription")
    details = {"subscription": subscription_id, "subscription_item": None}
    item["parent"] = {"subscription_details": details, "type": "subscription_details"}
    item["_"]["subscription"] = subscription_id


def _draft(ctx: Context, invoice_id: str, param: str = "id") -> Json:
    invoice = ctx.load("invoice", invoice_id, param)
    if invoice["status"] != "draft":
        raise invalid("The invoice of this item is finalized and can't be changed.", param, "invoice_not_editable")
    return invoice


def _editable(ctx: Context) -> tuple[Json, Json | None]:
    """The item, and the draft that it is on, if any."""
    item = ctx.load("invoiceitem", ctx.path["id"])
    return item, _draft(ctx, item["invoice"]) if item["invoice"] else None


def update(ctx: Context) -> Json:
    item, invoice = _editable(ctx)
    change_item(ctx, item, ctx.load("customer", item["customer"]), ctx.params)
    ctx.update(item)
    if invoice is not None:
        refresh_line(ctx, invoice, line_of(invoice, item), item)
        retotal(ctx, invoice)
    return public(item)


def delete(ctx: Context) -> Json:
    item, invoice = _editable(ctx)
    if invoice is not None:
        drop_line(invoice, line_of(invoice, item))
        retotal(ctx, invoice)
    ctx.store.drop(item["id"])
    ctx.emit("invoiceitem.deleted", item)
    return {"id": item["id"], "object": "invoiceitem", "deleted": True}


def list_all(ctx: Context) -> Json:
    pending = ctx.param("pending")
    where = "" if pending is None else f"tag IS {'NOT ' if pending else ''}NULL"
    customer, invoice = ctx.param("customer"), ctx.param("invoice")
    return page(ctx, "invoiceitem", "/v1/invoiceitems", where, customer=customer, parent=invoice)
