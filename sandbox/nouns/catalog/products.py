"""Products."""

import re
from typing import Any

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.nouns.catalog.prices import DEFAULT, make_price
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
    PAGE,
    RANGE,
    Kind,
    array,
    array_of,
    boolean,
    choice,
    clearable,
    decimal,
    mapping,
    merge_metadata,
    metadata,
    required,
    short,
    text,
)
from sandbox.shapes.product import new_product


def descriptor(value: Any, path: str) -> str:
    """What a bank statement can show: at most 22 characters, without quotes and angle brackets."""
    given: str = short(22)(value, path)
    if re.search(r"[<>\\\"']", given) or not re.search("[A-Za-z]", given):
        raise invalid("The statement descriptor must have a letter, and none of the characters < > \\ ' \".", path)
    return given


_COMMON: dict[str, Kind] = {
    "active": boolean,
    "description": clearable(text),
    "images": array_of(text, 0, 8),
    "marketing_features": array_of(mapping({"name": required(short(80))}), 0, 15),
    "metadata": metadata,
    "package_dimensions": clearable(mapping(dict.fromkeys(("height", "length", "weight", "width"), required(decimal)))),
    "shippable": boolean,
    "statement_descriptor": descriptor,
    "tax_code": clearable(text),
    "unit_label": clearable(short(12)),
    "url": clearable(text),
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "name": required(text),
    "id": text,
    "type": choice("good", "service"),
    "default_price_data": mapping(DEFAULT),
}
UPDATE: dict[str, Kind] = {**_COMMON, "name": text, "default_price": clearable(text)}
LIST: dict[str, Kind] = {
    **PAGE,
    "active": boolean,
    "created": RANGE,
    "ids": array(text),
    "shippable": boolean,
    "type": choice("good", "service"),
    "url": text,
}


def create(ctx: Context) -> Json:
    given = dict(ctx.params)
    given.pop("expand", None)
    price = given.pop("default_price_data", None)
    product_id = given.pop("id", None) or ctx.new_id("prod_")
    if ctx.store.get(product_id):
        raise invalid(f"Product already exists: {product_id}", "id", "resource_already_exists")
    given["metadata"] = merge_metadata({}, given.get("metadata", {}))
    _weigh(given)
    product = new_product(product_id, ctx.now, given)
    ctx.create(product, "product.created")
    if price is not None:
        made = make_price(ctx, {**price, "product": product_id})
        product["default_price"] = made["id"]
        ctx.update(product, "product.updated")
    return public(product)


def update(ctx: Context) -> Json:
    product = ctx.load("product", ctx.path["id"])
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    if given.get("default_price"):
        _check_default(ctx, product, given["default_price"])
    _weigh(given)
    if "metadata" in given:
        given["metadata"] = merge_metadata(product["metadata"], given["metadata"])
    product.update(given, updated=ctx.now)
    return public(ctx.update(product, "product.updated"))


def _check_default(ctx: Context, product: Json, price_id: str) -> None:
    price = ctx.load("price", price_id, "default_price")
    if price["product"] != product["id"]:
        raise invalid(f"The price {price_id} does not belong to the product {product['id']}.", "default_price")
    if not price["active"]:
        raise invalid(f"The price {price_id} is inactive and cannot be the default price.", "default_price")


def _weigh(given: Json) -> None:
    """Package dimensions are numbers, not texts."""
    dimensions = given.get("package_dimensions")
    if dimensions:
        given["package_dimensions"] = {name: float(value) for name, value in dimensions.items()}


def retrieve(ctx: Context) -> Json:
    return public(ctx.load("product", ctx.path["id"]))


def list_all(ctx: Context) -> Json:
    ids = ctx.param("ids") or []
    where = [f"id IN ({','.join('?' * len(ids))})"] if ids else []
    values = list(ids)
    for name in ("shippable", "type", "url"):
        if ctx.param(name) is not None:
            where.append(f"json_extract(CAST(body AS TEXT), '$.{name}') = ?")
            values.append(ctx.params[name])
    return page(ctx, "product", "/v1/products", " AND ".join(where), tuple(values), status=ctx.param("active"))


def delete(ctx: Context) -> Json:
    product = ctx.load("product", ctx.path["id"])
    if ctx.store.find("price", parent=product["id"]):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    ctx.store.drop(product["id"])
    ctx.emit("product.deleted", product)
    return {"id": product["id"], "object": "product", "deleted": True}
