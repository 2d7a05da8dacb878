"""Products."""

from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json, listing, public
from sandbox.lists import page
from sandbox.nouns.prices import INLINE, make_price
from sandbox.params import (
    PAGE,
    RANGE,
    Kind,
    array,
    boolean,
    clearable,
    mapping,
    merge_metadata,
    metadata,
    required,
    text,
)
from sandbox.shapes.product import new_product

_COMMON: dict[str, Kind] = {
    "active": boolean,
    "description": clearable(text),
    "images": array(text),
    "marketing_features": array(mapping({"name": text})),
    "metadata": metadata,
    "shippable": boolean,
    "statement_descriptor": text,
    "tax_code": clearable(text),
    "unit_label": clearable(text),
    "url": clearable(text),
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "name": required(text),
    "id": text,
    "type": text,
    "default_price_data": mapping(INLINE),
}
UPDATE: dict[str, Kind] = {**_COMMON, "name": text, "default_price": clearable(text)}
LIST: dict[str, Kind] = {
    **PAGE,
    "active": boolean,
    "created": RANGE,
    "ids": array(text),
    "shippable": boolean,
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
        ctx.load("price", given["default_price"], "default_price")
    if "metadata" in given:
        given["metadata"] = merge_metadata(product["metadata"], given["metadata"])
    product.update(given, updated=ctx.now)
    return public(ctx.update(product, "product.updated"))


def retrieve(ctx: Context) -> Json:
    return public(ctx.load("product", ctx.path["id"]))


def list_all(ctx: Context) -> Json:
    ids = ctx.param("ids") or []
    where = f"id IN ({','.join('?' * len(ids))})" if ids else ""
    return page(ctx, "product", "/v1/products", where, tuple(ids), status=ctx.param("active"))


def delete(ctx: Context) -> Json:
    product = ctx.load("product", ctx.path["id"])
    if ctx.store.find("price", parent=product["id"]):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    ctx.store.drop(product["id"])
    ctx.emit("product.deleted", product)
    return {"id": product["id"], "object": "product", "deleted": True}


def features(ctx: Context) -> Json:
    """Entitlement features of a product; none are modelled, so the list is empty."""
    ctx.load("product", ctx.path["id"])
    return listing(f"/v1/products/{ctx.path['id']}/features", [])
