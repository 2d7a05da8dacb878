"""From parameters to an invoice item: what it costs, its discounts and tax rates."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.item_lines import plain, product_name
from sandbox.lives.invoices.rating import tax_rates
from sandbox.lives.invoices.redeeming import Place, redeem
from sandbox.money.rates import price_amount
from sandbox.nouns.catalog.prices import make_price
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.invoice import pricing
from sandbox.shapes.invoice_item import invoice_item

WAYS = ("amount", "pricing", "price_data", "unit_amount_decimal")


def build_item(ctx: Context, customer: Json, given: Json, currency: str | None, path: str = "") -> Json:
    """A new invoice item of a customer, not stored; `currency` is that of the invoice it is for, if any."""
    currency = (given.get("currency") or currency or customer["currency"] or "").lower()
    made = invoice_item(ctx.new_id("ii_"), ctx.now, customer["id"], amount=0, currency=currency, description=None)
    change_item(ctx, made, customer, given, path)
    if not made["currency"]:
        raise missing_parameter(_at(path, "currency"))
    if "discountable" not in given:
        made["discountable"] = made["amount"] >= 0
    _note_net(made)
    return made


def change_item(ctx: Context, item: Json, customer: Json, given: Json, path: str = "") -> None:
    """Sets what is given, at creation and by changes alike."""
    _cost(ctx, item, given, path)
    for name in ("description", "discountable", "period"):
        if name in given:
            item[name] = given[name]
    if "metadata" in given:
        item["metadata"] = merge_metadata(item["metadata"], given["metadata"])
    if given.get("tax_rates", []) != []:
        item["tax_rates"] = tax_rates(ctx, given["tax_rates"], _at(path, "tax_rates"))
    if given.get("discounts", []) != []:
        place = Place(
            customer, item["currency"], item["amount"], tuple(item["discounts"]), {"invoice_item": item["id"]}
        )
        item["discounts"] = redeem(ctx, given["discounts"] or [], place, _at(path, "discounts"))
    _note_net(item)


def _cost(ctx: Context, item: Json, given: Json, path: str) -> None:
    ways = [name for name in WAYS if given.get(name) is not None]
    if len(ways) > 1:
        raise invalid(f"You may only specify one of these parameters: {', '.join(ways)}.", _at(path, ways[1]))
    if item["proration"] and (ways or "quantity" in given or "quantity_decimal" in given):
        raise invalid("The amount of a proration cannot be changed.", _at(path, (ways or ["quantity"])[0]))
    _set_quantity(item, given, path)
    if ways and ways[0] in ("pricing", "price_data"):
        _set_price(ctx, item, given, path)
    elif ways:
        item["pricing"], item["_"]["unit"] = None, given.get("unit_amount_decimal")
        item["amount"] = given.get("amount", item["amount"])
    elif not item["pricing"] and item["_"].get("unit") is None and item["amount"] == 0 and "amount" not in given:
        raise missing_parameter(_at(path, "amount"))
    _recount(ctx, item)


def _set_quantity(item: Json, given: Json, path: str) -> None:
    if "quantity" in given and "quantity_decimal" in given:
        raise invalid(
            "You may only specify one of these parameters: quantity, quantity_decimal.", _at(path, "quantity")
        )
    if "quantity" in given or "quantity_decimal" in given:
        exact = Decimal(given["quantity_decimal"] if "quantity_decimal" in given else given["quantity"])
        item.update(quantity=int(exact), quantity_decimal=plain(exact))


def _set_price(ctx: Context, item: Json, given: Json, path: str) -> None:
    if given.get("price_data"):
        price = make_price(ctx, {**given["price_data"], "active": False})
    else:
        wanted = given["pricing"].get("price")
        if not wanted:
            raise missing_parameter(_at(path, "pricing[price]"))
        price = ctx.load("price", wanted, _at(path, "pricing[price]"))
    if price["type"] != "one_time":
        raise invalid("The price specified is recurring; invoice items take one-time prices.", _at(path, "pricing"))
    if given.get("currency") and given["currency"].lower() != price["currency"]:
        raise invalid(f"The price is in {price['currency']}.", _at(path, "currency"))
    item["currency"], item["pricing"], item["_"]["unit"] = price["currency"], pricing(price), None
    item["description"] = item["description"] or product_name(ctx, price)


def _recount(ctx: Context, item: Json) -> None:
    """The amount, where it is made of a quantity; rounded halves away from zero."""
    quantity = Decimal(item["quantity_decimal"])
    if item["pricing"] and not item["proration"]:
        item["amount"] = price_amount(ctx.load("price", item["pricing"]["price_details"]["price"]), quantity)
    elif item["_"].get("unit") is not None:
        exact = Decimal(item["_"]["unit"]) * quantity
        item["amount"] = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _note_net(item: Json) -> None:
    """`net_amount` is that of what takes no discounts."""
    item["net_amount"] = None if item["discountable"] else item["amount"]


def _at(path: str, name: str) -> str:
    if not path:
        return name
    head, bracket, rest = name.partition("[")
    return f"{path}[{head}]{bracket}{rest}"
