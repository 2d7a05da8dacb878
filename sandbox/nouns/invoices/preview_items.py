"""What a preview adds of its own: invoice items, discounts, and other details of the customer."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.invoicing import draft, pull_pending
from sandbox.nouns.invoices.invoice_items import bind
from sandbox.nouns.invoices.invoice_pricing import set_draft_pricing
from sandbox.nouns.invoices.item_building import build_item, change_item
from sandbox.nouns.invoices.item_params import ITEM
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
    ADDRESS,
    AUTOMATIC_TAX,
    DISCOUNTS,
    Kind,
    array,
    choice,
    clearable,
    mapping,
    required,
    signed_amount,
    text,
)

_ITEM: dict[str, Kind] = {
    **{name: kind for name, kind in ITEM.items() if name != "pricing"},
    "currency": text,
    "invoiceitem": text,
    "price": text,
    "unit_amount": signed_amount,
}
_CUSTOMER: dict[str, Kind] = {
    "address": clearable(mapping(ADDRESS)),
    "shipping": clearable(mapping({"address": required(mapping(ADDRESS)), "name": required(text), "phone": text})),
    "tax_exempt": clearable(choice("none", "exempt", "reverse")),
}
PARAMS: dict[str, Kind] = {
    "automatic_tax": AUTOMATIC_TAX,
    "customer_details": mapping(_CUSTOMER),
    "discounts": DISCOUNTS,
    "invoice_items": array(mapping(_ITEM)),
}


def set_scene(quiet: Context, customer_id: str, subscription_id: str | None) -> None:
    """Inside a rehearsal: the customer and the waiting invoice items as the preview wants them."""
    customer = quiet.load("customer", customer_id, "customer")
    details = dict(quiet.param("customer_details") or {})
    if "tax_exempt" in details:
        details["tax_exempt"] = details["tax_exempt"] or "none"
    quiet.store.put({**customer, **details})
    for index, given in enumerate(quiet.param("invoice_items") or []):
        _place(quiet, customer, given, f"invoice_items[{index}]", subscription_id)


def _place(quiet: Context, customer: Json, given: Json, path: str, subscription_id: str | None) -> None:
    """A waiting item that is made or, where `invoiceitem` names one, changed."""
    wanted = _as_item(given, path)
    if given.get("invoiceitem"):
        item = quiet.load("invoiceitem", given["invoiceitem"], f"{path}[invoiceitem]")
        if item["customer"] != customer["id"] or item["invoice"]:
            raise invalid("The invoice item must be a pending one of the customer.", f"{path}[invoiceitem]")
        change_item(quiet, item, customer, wanted, path)
    else:
        item = build_item(quiet, customer, wanted, quiet.param("currency"), path)
        if subscription_id:
            bind(quiet, item, subscription_id)
    quiet.store.put(item)


def _as_item(given: Json, path: str) -> Json:
    """In the words of invoice items: `price` is their `pricing`, `unit_amount` a whole `unit_amount_decimal`."""
    wanted = {key: value for key, value in given.items() if key not in ("price", "unit_amount", "invoiceitem")}
    if given.get("price"):
        wanted["pricing"] = {"price": given["price"]}
    if "unit_amount" in given:
        if "unit_amount_decimal" in given:
            raise invalid("You may only specify one of unit_amount, unit_amount_decimal.", f"{path}[unit_amount]")
        wanted["unit_amount_decimal"] = str(given["unit_amount"])
    return wanted


def discounts_given(quiet: Context) -> Json:
    return {"discounts": quiet.params["discounts"]} if "discounts" in quiet.params else {}


def of_pending(quiet: Context) -> Json:
    """Inside a rehearsal: a one-off invoice of what waits for the customer."""
    customer = quiet.load("customer", quiet.params["customer"], "customer")
    made = draft(quiet, customer, reason="manual", lines=[], currency=quiet.param("currency"))
    pull_pending(quiet, made, customer, None, all_of_customer=True)
    set_draft_pricing(quiet, made, discounts_given(quiet))
    return made
