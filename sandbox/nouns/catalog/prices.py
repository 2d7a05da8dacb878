"""Prices: per unit, graduated and volume tiers, packages, licensed and metered, recurring and one-time."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.nouns.catalog import price_rules
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
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
    named,
    required,
    short,
    text,
)
from sandbox.shapes.price import new_price, options_of
from sandbox.shapes.product import new_product
from sandbox.shapes.subscription import plan

_BEHAVIOR = choice("inclusive", "exclusive", "unspecified")
TIER: dict[str, Kind] = {
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
_CUSTOM = mapping({"enabled": required(boolean), "maximum": amount, "minimum": amount, "preset": amount})
_OPTIONS = named(
    mapping(
        {
            "unit_amount": amount,
            "unit_amount_decimal": decimal,
            "custom_unit_amount": _CUSTOM,
            "tax_behavior": _BEHAVIOR,
            "tiers": array(mapping(TIER)),
        }
    )
)
INLINE: dict[str, Kind] = {
    "currency": required(text),
    "unit_amount": amount,
    "unit_amount_decimal": decimal,
    "recurring": mapping(_RECURRING),
    "tax_behavior": _BEHAVIOR,
    "metadata": metadata,
}
DEFAULT: dict[str, Kind] = {**INLINE, "custom_unit_amount": _CUSTOM, "currency_options": _OPTIONS}
"""The price that a product may be made with."""
PRODUCT: dict[str, Kind] = {
    "name": required(text),
    "metadata": metadata,
    "id": text,
    "active": boolean,
    "statement_descriptor": short(22),
    "tax_code": text,
    "unit_label": short(12),
}
CREATE: dict[str, Kind] = {
    **DEFAULT,
    "product": text,
    "product_data": mapping(PRODUCT),
    "active": boolean,
    "nickname": text,
    "lookup_key": short(200),
    "transfer_lookup_key": boolean,
    "billing_scheme": choice("per_unit", "tiered"),
    "tiers": array(mapping(TIER)),
    "tiers_mode": choice("graduated", "volume"),
    "transform_quantity": mapping({"divide_by": required(integer(1)), "round": required(choice("up", "down"))}),
}
UPDATE: dict[str, Kind] = {
    "active": boolean,
    "nickname": clearable(text),
    "lookup_key": clearable(short(200)),
    "transfer_lookup_key": boolean,
    "metadata": metadata,
    "tax_behavior": _BEHAVIOR,
    "currency_options": either(clearable(_OPTIONS), _OPTIONS),
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


ALIVE = "json_extract(CAST(body AS TEXT), '$.deleted') IS NULL"


def create(ctx: Context) -> Json:
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    inline = given.pop("product_data", None)
    if inline and "product" in given:
        raise invalid("You may only specify one of these parameters: product, product_data.", "product")
    if inline:
        given["product"] = inline_product(ctx, inline)
    if "product" not in given:
        raise invalid("You must specify either `product` or `product_data` when creating a price.")
    return public(make_price(ctx, given))


def inline_product(ctx: Context, inline: Json) -> str:
    product_id = inline.get("id") or ctx.new_id("prod_")
    if ctx.store.get(product_id):
        raise invalid(f"Product already exists: {product_id}", "product_data[id]", "resource_already_exists")
    product = new_product(product_id, ctx.now, {**inline, "metadata": inline.get("metadata") or {}})
    ctx.create(product, "product.created")
    return product_id


def make_price(ctx: Context, given: Json, price_id: str | None = None) -> Json:
    """Checks and stores a price of an existing product; emits `price.created`."""
    if price_id and ctx.store.get(price_id):
        raise invalid("Plan already exists.", "id", "resource_already_exists")
    ctx.load("product", given["product"], "product")
    price_rules.check(ctx, given)
    price = new_price(price_id or ctx.new_id("price_"), ctx.now, given)
    _claim_lookup_key(ctx, price, given.get("transfer_lookup_key", False))
    return ctx.create(price, "price.created")


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
    _check_change(ctx, price, given)
    _change_options(price, given)
    price.update(given)
    _claim_lookup_key(ctx, price, transfer)
    ctx.update(price, "price.updated")
    show_in_subscriptions(ctx, price)
    return public(price)


def _check_change(ctx: Context, price: Json, given: Json) -> None:
    product = ctx.store.get(price["product"]) or {}
    if given.get("active") is False and product.get("default_price") == price["id"]:
        raise invalid("This price cannot be archived because it is the default price of its product.", "active")
    behavior, settled = given.get("tax_behavior"), price["tax_behavior"] != "unspecified"
    if behavior and settled and behavior != price["tax_behavior"]:
        raise invalid("The `tax_behavior` of a price cannot be changed once it is set.", "tax_behavior")


def _change_options(price: Json, given: Json) -> None:
    """Currencies that are given are added or replaced; all are removed by an empty value."""
    if "currency_options" not in given:
        return
    options = given.pop("currency_options")
    if options is None:
        price["_"]["options"] = {}
        return
    price_rules.check_options(options, price)
    price["_"]["options"].update(options_of(options))


def show_in_subscriptions(ctx: Context, price: Json) -> None:
    """Items show their price as it is now; no event of the subscription is due to that."""
    for subscription in ctx.store.linked("subscription", "price", price["id"]):
        items = [item for item in subscription["items"]["data"] if item["price"]["id"] == price["id"]]
        for item in items:
            item.update(price=public(price), plan=plan(price))
        ctx.store.put(subscription)


def retrieve(ctx: Context) -> Json:
    return public(ctx.load("price", ctx.path["id"]))


def list_all(ctx: Context) -> Json:
    where, values = [ALIVE], []
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


def currencies_of(ctx: Context, price: Json) -> Json | None:
    """The price in all its currencies, its own among them; sent only when expanded."""
    stored = ctx.store.get(price["id"])
    if stored is None:
        return None
    own = {name: stored[name] for name in ("custom_unit_amount", "tax_behavior", "unit_amount", "unit_amount_decimal")}
    tiers = {"tiers": stored["_"]["tiers"]} if stored["_"]["tiers"] is not None else {}
    return {stored["currency"]: {**own, **tiers}, **stored["_"].get("options", {})}


def tiers_of(ctx: Context, price: Json) -> Json | None:
    """The tiers of a price (or of its plan); sent only when expanded."""
    stored = ctx.store.get(price["id"])
    return stored["_"]["tiers"] if stored else None
