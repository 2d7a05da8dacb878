"""Plans: the old name of recurring prices, and another view of the same objects."""

from typing import Any

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.catalog import prices
from sandbox.operations.lists import page
from sandbox.protocol.errors import missing, missing_parameter
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
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    short,
    text,
)
from sandbox.shapes.subscription import plan

_PACKAGES = {"divide_by": required(integer(1)), "round": required(choice("up", "down"))}


def _product(value: Any, path: str) -> Any:
    """An id, or what the product is made of."""
    return mapping(prices.PRODUCT)(value, path) if isinstance(value, dict) else text(value, path)


CREATE: dict[str, Kind] = {
    "currency": required(text),
    "interval": required(choice("day", "week", "month", "year")),
    "interval_count": integer(1, 1095),
    "amount": amount,
    "amount_decimal": decimal,
    "billing_scheme": choice("per_unit", "tiered"),
    "tiers": array(mapping(prices.TIER)),
    "tiers_mode": choice("graduated", "volume"),
    "transform_usage": mapping(_PACKAGES),
    "usage_type": choice("licensed", "metered"),
    "meter": text,
    "trial_period_days": integer(0),
    "product": _product,
    "active": boolean,
    "id": short(200),
    "metadata": metadata,
    "nickname": text,
}
UPDATE: dict[str, Kind] = {
    "active": boolean,
    "metadata": metadata,
    "nickname": clearable(text),
    "product": text,
    "trial_period_days": integer(0),
}
LIST: dict[str, Kind] = {**PAGE, "active": boolean, "created": RANGE, "product": text}
_RECURRING = ("interval", "interval_count", "meter", "trial_period_days", "usage_type")
_RENAMED = {"amount": "unit_amount", "amount_decimal": "unit_amount_decimal", "transform_usage": "transform_quantity"}


def create(ctx: Context) -> Json:
    given = {name: value for name, value in ctx.params.items() if name != "expand"}
    if "product" not in given:
        raise missing_parameter("product")
    wanted = {_RENAMED.get(name, name): value for name, value in given.items() if name not in _RECURRING}
    wanted["recurring"] = {name: given[name] for name in _RECURRING if name in given}
    if isinstance(wanted["product"], dict):
        wanted["product"] = prices.inline_product(ctx, wanted["product"])
    price = prices.make_price(ctx, wanted, wanted.pop("id", None) or ctx.new_id("plan_"))
    made = plan(price)
    ctx.emit("plan.created", made)
    return made


def _priced(ctx: Context) -> Json:
    price = ctx.load("price", ctx.path["id"], noun="plan")
    if price["recurring"] is None:
        raise missing("plan", price["id"])
    return price


def retrieve(ctx: Context) -> Json:
    return plan(_priced(ctx))


def update(ctx: Context) -> Json:
    price, given = _priced(ctx), {name: value for name, value in ctx.params.items() if name != "expand"}
    if "product" in given:
        ctx.load("product", given["product"], "product")
    if "metadata" in given:
        given["metadata"] = merge_metadata(price["metadata"], given["metadata"])
    if "trial_period_days" in given:
        price["recurring"]["trial_period_days"] = given.pop("trial_period_days")
    price.update(given)
    ctx.update(price, "price.updated")
    prices.show_in_subscriptions(ctx, price)
    return plan(price)


def delete(ctx: Context) -> Json:
    """No new subscriber can have it; those who have it keep it."""
    price = _priced(ctx)
    shown = plan(price)
    ctx.store.put({**price, "active": False, "deleted": True})
    ctx.emit("plan.deleted", shown)
    ctx.emit("price.deleted", price)
    return {"id": price["id"], "object": "plan", "deleted": True}


def list_all(ctx: Context) -> Json:
    where = f"json_extract(CAST(body AS TEXT), '$.type') = 'recurring' AND {prices.ALIVE}"
    found = page(ctx, "price", "/v1/plans", where, status=ctx.param("active"), parent=ctx.param("product"))
    stored = [ctx.store.get(price["id"]) or price for price in found["data"]]
    return {**found, "data": [plan(price) for price in stored]}
