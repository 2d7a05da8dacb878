"""`add_invoice_items` with their prices found, or made where they come inline."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.catalog.prices import make_price
from sandbox.protocol.errors import invalid, missing_parameter

MAX_EXTRAS = 20


def with_extras(ctx: Context, given: Json, currency: str) -> Json:
    """The same parameters, with `extras` for the next invoice of the subscription."""
    entries = given.get("add_invoice_items") or []
    if len(entries) > MAX_EXTRAS:
        raise invalid(f"You may pass up to {MAX_EXTRAS} items.", "add_invoice_items")
    extras = [_extra(ctx, entry, currency, f"add_invoice_items[{place}]") for place, entry in enumerate(entries)]
    return {**given, "extras": extras} if extras else given


def _extra(ctx: Context, entry: Json, currency: str, path: str) -> Json:
    price = _price(ctx, entry, path)
    if price["type"] != "one_time":
        raise invalid(
            "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.",
            f"{path}[price]",
        )
    if price["currency"] != currency:
        raise invalid("The price of an invoice item must have the subscription's currency.", f"{path}[price]")
    return {**entry, "price": price}


def _price(ctx: Context, entry: Json, path: str) -> Json:
    if entry.get("price_data"):
        return make_price(ctx, entry["price_data"])
    if not entry.get("price"):
        raise missing_parameter(f"{path}[price]")
    price = ctx.load("price", entry["price"], f"{path}[price]")
    if not price["active"]:
        raise invalid(f"The price specified is inactive: {price['id']}", f"{path}[price]")
    return price
