"""Prices: per unit, graduated and volume tiers, packages, licensed and metered, recurring and one-time."""

from decimal import Decimal

from sandbox.context import Context
from sandbox.errors import invalid, missing_parameter
from sandbox.jsons import Json, public
from sandbox.lists import page
from sandbox.params import (
    PAGE,
    RANGE,
    Kind,
    amount,
    array,
    boolean,
    choice,
    clearable,
    decimal,
    either,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    text,
)
from sandbox.shapes.price import new_price
from sandbox.shapes.product import new_product
from sandbox.shapes.subscription import plan

_TIER: dict[str, Kind] = {
    "up_to": required(either(integer(1), choice("inf"))),
    "unit_amount": amount,
    "unit_amount_decimal": decimal,
    "flat_amount": amount,
    "flat_amount_decimal": decimal,
}
_RECURRING: dict[str, Kind] = {
    "interval": required(choice("day", "week", "month", "year")),
    "interval_count": integer(1, 1095),
    "usage_type": choice("licensed", "metered"),
    "meter": text,
    "trial_period_days": integer(0),
}
INLINE: dict[str, Kind] = {
    "currency": required(text),
    "unit_amount": amount,
    "unit_amount_decimal": decimal,
    "recurring": mapping(_RECURRING),
    "tax_behavior": choice("inclusive", "exclusive", "unspecified"),
    "metadata": metadata,
}
CREATE: dict[str, Kind] = {
    **INLINE,
    "product": text,
    "product_data": mapping({"name": required(text), "metadata": metadata, "id": text, "active": boolean}),
    "active": boolean,
    "nickname": text,
    "lookup_key": text,
    "transfer_lookup_key": boolean,
    "billing_scheme": choice("per_unit", "tiered"),
    "tiers": array(mapping(_TIER)),
    "tiers_mode": choice("graduated", "volume"),
    "transform_quantity": mapping({"divide_by": required(integer(1)), "round": required(choice("up", "down"))}),
}
UPDATE: dict[str, Kind] = {
    "active": boolean,
    "nickname": clearable(text),
    "lookup_key": clearable(text),
    "transfer_lookup_key": boolean,
    "metadata": metadata,
    "tax_behavior": choice("inclusive", "exclusive", "unspecified"),
}
LIST: dict[str, Kind] = {
    **PAGE,
    "active": boolean,
    "created": RANGE,
    "currency": text,
    "lookup_keys": array(text),
    "product": text,
    "type": choice("one_time", "recurring"),
    "recurring": mapping({"interval": text, "usage_type": text, "meter": text}),
}


def create(ctx: Context) -> Json:
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    inline = given.pop("product_data", None)
    if inline:
        given["product"] = inline_product(ctx, inline)
    if "product" not in given:
        raise missing_parameter("product")
    return public(make_price(ctx, given))


def inline_product(ctx: Context, inline: Json) -> str:
    product_id = inline.get("id") or ctx.new_id("prod_")
    product = new_product(product_id, ctx.now, {**inline, "metadata": inline.get("metadata") or {}})
    ctx.create(product, "product.created")
    return product_id


def make_price(ctx: Context, given: Json) -> Json:
    """Checks and stores a price of an existing product; emits `price.created`."""
    ctx.load("product", given["product"], "product")
    _check_amounts(given)
    _check_meter(ctx, given.get("recurring") or {})
    price = new_price(ctx.new_id("price_"), ctx.now, given)
    _claim_lookup_key(ctx, price, given.get("transfer_lookup_key", False))
    return ctx.create(price, "price.created")


def _check_meter(ctx: Context, recurring: Json) -> None:
    """Usage is counted by a meter: one that is active when the price is made."""
    metered, meter_id = recurring.get("usage_type") == "metered", recurring.get("meter")
    if metered and not meter_id:
        raise invalid("Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.")
    if meter_id and not metered:
        raise invalid("`recurring[meter]` is only for prices with `usage_type=metered`.", "recurring[meter]")
    if meter_id and ctx.load("billing.meter", meter_id, "recurring[meter]", noun="meter")["status"] != "active":
        raise invalid(f"The meter {meter_id} is inactive.", "recurring[meter]")


def _check_amounts(given: Json) -> None:
    if not given["currency"].isalpha() or len(given["currency"]) != 3:
        raise invalid(f"Invalid currency: {given['currency'].lower()}", "currency")
    _check_interval(given.get("recurring") or {})
    if given.get("billing_scheme") == "tiered":
        _check_tiers(given.get("tiers") or [], given.get("tiers_mode"))
    elif (given.get("unit_amount") is None) == (given.get("unit_amount_decimal") is None):
        raise invalid("You must specify exactly one of `unit_amount` and `unit_amount_decimal`.", "unit_amount")


def _check_interval(recurring: Json) -> None:
    """At most three years, as Stripe has it."""
    limits = {"day": 1095, "week": 156, "month": 36, "year": 3}
    if recurring and recurring.get("interval_count", 1) > limits[recurring["interval"]]:
        raise invalid("The maximum interval of a price is three years.", "recurring[interval_count]")


def _check_tiers(tiers: list[Json], mode: str | None) -> None:
    if not tiers or mode is None:
        raise missing_parameter("tiers" if not tiers else "tiers_mode")
    limits = [tier["up_to"] for tier in tiers]
    if limits[-1] != "inf" or "inf" in limits[:-1]:
        raise invalid("The last tier, and only it, must have `up_to` set to `inf`.", "tiers")
    if sorted(set(limits[:-1])) != limits[:-1]:
        raise invalid("Tiers must be in ascending order of `up_to`.", "tiers")
    if any(Decimal(tier.get("unit_amount_decimal") or 0) < 0 for tier in tiers):
        raise invalid("Tier amounts must not be negative.", "tiers")


def _claim_lookup_key(ctx: Context, price: Json, transfer: bool) -> None:
    key = price["lookup_key"]
    others = ctx.store.find("price", tag=key) if key else []
    for other in others:
        if other["id"] != price["id"] and not transfer:
            raise invalid(f"A price (`{other['id']}`) already uses that lookup key.", "lookup_key")
        if other["id"] != price["id"]:
            ctx.update({**other, "lookup_key": None}, "price.updated")


def update(ctx: Context) -> Json:
    price = ctx.load("price", ctx.path["id"])
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    if "metadata" in given:
        given["metadata"] = merge_metadata(price["metadata"], given["metadata"])
    transfer = given.pop("transfer_lookup_key", False)
    price.update(given)
    _claim_lookup_key(ctx, price, transfer)
    ctx.update(price, "price.updated")
    _show_in_subscriptions(ctx, price)
    return public(price)


def _show_in_subscriptions(ctx: Context, price: Json) -> None:
    """Items show their price as it is now; no event of the subscription is due to that."""
    for subscription in ctx.store.linked("subscription", "price", price["id"]):
        items = [item for item in subscription["items"]["data"] if item["price"]["id"] == price["id"]]
        for item in items:
            item.update(price=public(price), plan=plan(price))
        ctx.store.put(subscription)


def retrieve(ctx: Context) -> Json:
    return public(ctx.load("price", ctx.path["id"]))


def list_all(ctx: Context) -> Json:
    where, values = [], []
    keys = ctx.param("lookup_keys")
    if keys:
        where.append(f"tag IN ({','.join('?' * len(keys))})")
        values += keys
    recurring = {f"recurring.{name}": value for name, value in (ctx.param("recurring") or {}).items()}
    for path, value in {"currency": ctx.param("currency"), "type": ctx.param("type"), **recurring}.items():
        if value is not None:
            where.append(f"json_extract(CAST(body AS TEXT), '$.{path}') = ?")
            values.append(value)
    active, product = ctx.param("active"), ctx.param("product")
    return page(ctx, "price", "/v1/prices", " AND ".join(where), tuple(values), status=active, parent=product)


def tiers_of(ctx: Context, price: Json) -> Json | None:
    """The tiers of a price (or of its plan); sent only when expanded."""
    stored = ctx.store.get(price["id"])
    return stored["_"]["tiers"] if stored else None


def currencies_of(ctx: Context, price: Json) -> Json:
    """What a price costs in each of its currencies: here its own alone. Sent only when expanded."""
    amounts = ("custom_unit_amount", "tax_behavior", "unit_amount", "unit_amount_decimal")
    option = {name: price[name] for name in amounts}
    if price["billing_scheme"] == "tiered":
        option["tiers"] = tiers_of(ctx, price)
    return {price["currency"]: option}
