"""Customers."""

from sandbox.context import Context
from sandbox.ids import token
from sandbox.jsons import Json, listing, public, tombstone
from sandbox.lives.clocks.leaving import remove
from sandbox.lives.clocks.timelines import join
from sandbox.lives.invoices.addressing import address
from sandbox.lives.invoices.totals import total_up
from sandbox.lives.payments.attaching import owned
from sandbox.lives.payments.balances import change_balance
from sandbox.nouns.customers.tax_ids import TAX_ID_DATA, make_tax_id
from sandbox.nouns.invoices.invoice_fields import AMOUNT_TAX_DISPLAY, CUSTOM_FIELDS, checked_fields
from sandbox.operations.expand import Include
from sandbox.operations.lists import page
from sandbox.protocol.params import (
    ADDRESS,
    PAGE,
    RANGE,
    Kind,
    array,
    choice,
    clearable,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    signed_amount,
    text,
)

_OPTIONS = clearable(mapping({"amount_tax_display": AMOUNT_TAX_DISPLAY}))
_SETTINGS: dict[str, Kind] = {
    "custom_fields": CUSTOM_FIELDS,
    "default_payment_method": clearable(text),
    "footer": clearable(text),
    "rendering_options": _OPTIONS,
}
_COMMON: dict[str, Kind] = {
    "address": clearable(mapping(ADDRESS)),
    "balance": signed_amount,
    "business_name": clearable(text),
    "description": clearable(text),
    "email": clearable(text),
    "individual_name": clearable(text),
    "invoice_prefix": text,
    "invoice_settings": mapping(_SETTINGS),
    "metadata": metadata,
    "name": clearable(text),
    "next_invoice_sequence": integer(1),
    "phone": clearable(text),
    "preferred_locales": array(text),
    "shipping": clearable(mapping({"address": mapping(ADDRESS), "name": text, "phone": text})),
    "tax_exempt": choice("none", "exempt", "reverse"),
}
CREATE: dict[str, Kind] = {**_COMMON, "payment_method": text, "tax_id_data": TAX_ID_DATA, "test_clock": text}
UPDATE = _COMMON
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "email": text, "test_clock": text}
BALANCE: dict[str, Kind] = {
    "amount": required(signed_amount),
    "currency": required(text),
    "description": clearable(text),
    "metadata": metadata,
}


def create(ctx: Context) -> Json:
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    if given.get("test_clock"):
        join(ctx, given["test_clock"])
    wanted, settings = given.pop("payment_method", None), _settings(given)
    tax_ids = given.pop("tax_id_data", [])
    customer = _blank(ctx, given)
    ctx.create(customer)
    attached = owned(ctx, wanted, customer["id"], "payment_method") if wanted else None
    default = settings.pop("default_payment_method", None)
    if default and default == wanted and attached:
        default = attached["id"]
    if default:
        method = owned(ctx, default, customer["id"], "invoice_settings[default_payment_method]")
        customer["invoice_settings"]["default_payment_method"] = method["id"]
    customer["invoice_settings"].update(settings)
    ctx.create(customer, "customer.created")
    for index, entry in enumerate(tax_ids):
        make_tax_id(ctx, customer, entry["type"], entry["value"], f"tax_id_data[{index}]")
    return public(customer)


def _settings(given: Json) -> Json:
    """The invoice settings that are given, checked."""
    settings: Json = given.pop("invoice_settings", None) or {}
    if "custom_fields" in settings:
        settings["custom_fields"] = checked_fields(settings["custom_fields"], "invoice_settings[custom_fields]")
    if settings.get("rendering_options"):
        settings["rendering_options"] = {"amount_tax_display": None, "template": None, **settings["rendering_options"]}
    return settings


def _blank(ctx: Context, given: Json) -> Json:
    customer_id = ctx.new_id("cus_")
    nothing = (
        "address customer_account default_source description discount email name phone shipping test_clock currency"
    )
    return {
        "id": customer_id,
        "object": "customer",
        **dict.fromkeys(nothing.split()),
        "balance": 0,
        "created": ctx.now,
        "delinquent": False,
        "invoice_prefix": token("prefix", customer_id, 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
        **given,
        "metadata": merge_metadata({}, given.get("metadata", {})),
    }


def update(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.path["id"])
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    settings = _settings(given)
    if settings.get("default_payment_method"):
        param = "invoice_settings[default_payment_method]"
        method = owned(ctx, settings["default_payment_method"], customer["id"], param)
        settings["default_payment_method"] = method["id"]
    customer["invoice_settings"].update(settings)
    if "metadata" in given:
        given["metadata"] = merge_metadata(customer["metadata"], given["metadata"])
    change = given.pop("balance", customer["balance"]) - customer["balance"]
    customer.update(given)
    ctx.update(customer, "customer.updated")
    if change:
        change_balance(ctx, customer, change)
    for invoice in ctx.store.find("invoice", customer=customer["id"], status="draft"):
        if address(ctx, invoice, customer):
            total_up(ctx, invoice, customer)
        ctx.store.put(invoice)
    return public(customer)


def retrieve(ctx: Context) -> Json:
    stored = ctx.store.get(ctx.path["id"])
    if stored is not None and stored["object"] == "customer" and stored.get("deleted"):
        return tombstone(stored)
    return public(ctx.load("customer", ctx.path["id"]))


def list_all(ctx: Context) -> Json:
    alive = "json_extract(CAST(body AS TEXT), '$.deleted') IS NULL"
    return page(ctx, "customer", "/v1/customers", alive, tag=ctx.param("email"))


def delete(ctx: Context) -> Json:
    """Cancels its subscriptions at once and detaches its payment methods; a tombstone stays."""
    customer = ctx.load("customer", ctx.path["id"])
    remove(ctx, customer)
    return tombstone(customer)


def payment_methods(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.path["id"])
    url = f"/v1/customers/{customer['id']}/payment_methods"
    return page(ctx, "payment_method", url, customer=customer["id"], tag=ctx.param("type"))


def balance_transactions(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.path["id"])
    url = f"/v1/customers/{customer['id']}/balance_transactions"
    return page(ctx, "customer_balance_transaction", url, customer=customer["id"])


def adjust_balance(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.path["id"])
    return change_balance(ctx, customer, ctx.params["amount"], description=ctx.param("description"))


def subscriptions_of(ctx: Context, customer: Json) -> Json:
    live = [
        public(entry)
        for entry in ctx.store.find("subscription", customer=customer["id"])
        if entry["status"] not in ("canceled", "incomplete_expired")
    ]
    return listing(f"/v1/customers/{customer['id']}/subscriptions", live[::-1][:10], len(live) > 10)


def nothing_of(path: str) -> Include:
    """A list that is always empty, such as a customer's sources."""

    def empty(ctx: Context, customer: Json) -> Json:
        return listing(f"/v1/customers/{customer['id']}/{path}", [])

    return empty
