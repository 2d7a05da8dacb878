"""Invoice items: one-off amounts that wait for, or are put on, an invoice."""

from sandbox.context import Context
from sandbox.errors import invalid, missing_parameter
from sandbox.jsons import Json, public
from sandbox.lists import page
from sandbox.lives.invoicing import line_of_pending
from sandbox.nouns.invoices import refreshed
from sandbox.params import (
    PAGE,
    RANGE,
    Kind,
    boolean,
    clearable,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    signed_amount,
    text,
    timestamp,
)
from sandbox.rates import price_amount
from sandbox.shapes.invoice import pricing
from sandbox.shapes.invoice_item import invoice_item

_COMMON: dict[str, Kind] = {
    "amount": signed_amount,
    "description": clearable(text),
    "discountable": boolean,
    "metadata": metadata,
    "period": mapping({"start": required(timestamp), "end": required(timestamp)}),
    "quantity": integer(0, 1_000_000),
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "customer": required(text),
    "currency": text,
    "invoice": text,
    "pricing": mapping({"price": text}),
    "subscription": text,
}
UPDATE = _COMMON
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text, "invoice": text, "pending": boolean}


def create(ctx: Context) -> Json:
    given = ctx.params
    customer = ctx.load("customer", given["customer"], "customer")
    item = _made(ctx, customer, given)
    if given.get("subscription"):
        ctx.load("subscription", given["subscription"], "subscription")
        item["_"]["subscription"] = given["subscription"]
    if given.get("invoice"):
        _put_on(ctx, item, given["invoice"])
    ctx.create(item, "invoiceitem.created")
    if given.get("invoice"):
        refreshed(ctx, given["invoice"])
    return public(item)


def _made(ctx: Context, customer: Json, given: Json) -> Json:
    price_id = (given.get("pricing") or {}).get("price")
    price = ctx.load("price", price_id, "pricing[price]") if price_id else None
    if price is None and given.get("amount") is None:
        raise missing_parameter("amount")
    if price is not None and price["type"] != "one_time":
        raise invalid("The price specified is recurring; invoice items take one-time prices.", "pricing[price]")
    quantity = given.get("quantity", 1)
    amount = price_amount(price, quantity) if price else given["amount"]
    currency = price["currency"] if price else given.get("currency") or customer["currency"]
    if currency is None:
        raise missing_parameter("currency")
    made = invoice_item(
        ctx.new_id("ii_"),
        ctx.now,
        customer["id"],
        amount=amount,
        currency=currency.lower(),
        description=given.get("description"),
    )
    made.update(quantity=quantity, quantity_decimal=str(quantity), pricing=pricing(price) if price else None)
    made.update(metadata=merge_metadata({}, given.get("metadata", {})))
    made["period"] = given.get("period") or made["period"]
    return made


def _put_on(ctx: Context, item: Json, invoice_id: str) -> None:
    invoice = ctx.load("invoice", invoice_id, "invoice")
    if invoice["status"] != "draft" or invoice["currency"] != item["currency"]:
        raise invalid("Items can only be put on draft invoices of their currency.", "invoice", "invoice_not_editable")
    item["invoice"] = invoice["id"]
    made = line_of_pending(ctx, item)
    made["invoice"] = invoice["id"]
    invoice["lines"]["data"].append(made)
    ctx.store.put(invoice)


def _waiting(ctx: Context) -> Json:
    item = ctx.load("invoiceitem", ctx.path["id"])
    if item["invoice"] is not None:
        raise invalid("This invoice item is already on an invoice.", code="invoice_not_editable")
    return item


def update(ctx: Context) -> Json:
    item, given = _waiting(ctx), {key: value for key, value in ctx.params.items() if key != "expand"}
    if "metadata" in given:
        given["metadata"] = merge_metadata(item["metadata"], given["metadata"])
    item.update(given)
    item.update(net_amount=item["amount"], quantity_decimal=str(item["quantity"]))
    return public(ctx.update(item))


def delete(ctx: Context) -> Json:
    item = _waiting(ctx)
    ctx.store.drop(item["id"])
    ctx.emit("invoiceitem.deleted", item)
    return {"id": item["id"], "object": "invoiceitem", "deleted": True}


def list_all(ctx: Context) -> Json:
    pending = ctx.param("pending")
    where = "" if pending is None else f"tag IS {'NOT ' if pending else ''}NULL"
    customer, invoice = ctx.param("customer"), ctx.param("invoice")
    return page(ctx, "invoiceitem", "/v1/invoiceitems", where, customer=customer, parent=invoice)
