"""Coupons: what is taken off, for how long, from which products, and how often they can be redeemed."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices.redeeming import close_codes
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import (
    PAGE,
    RANGE,
    Kind,
    array,
    choice,
    integer,
    keyed,
    mapping,
    merge_metadata,
    metadata,
    percentage,
    required,
    text,
    timestamp,
)
from sandbox.shapes.coupon import coupon

MAX_NAME = 40
_OPTIONS = keyed(mapping({"amount_off": required(integer(1))}))
CREATE: dict[str, Kind] = {
    "amount_off": integer(1),
    "applies_to": mapping({"products": array(text)}),
    "currency": text,
    "currency_options": _OPTIONS,
    "duration": choice("forever", "once", "repeating"),
    "duration_in_months": integer(1, 1200),
    "id": text,
    "max_redemptions": integer(1),
    "metadata": metadata,
    "name": text,
    "percent_off": percentage,
    "redeem_by": timestamp,
}
UPDATE: dict[str, Kind] = {"currency_options": _OPTIONS, "metadata": metadata, "name": text}
LIST: dict[str, Kind] = {**PAGE, "created": RANGE}


def create(ctx: Context) -> Json:
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    _check_amounts(given)
    _check_limits(ctx, given)
    coupon_id = given.get("id") or ctx.new_id("")[:8]
    known = ctx.store.get(coupon_id)
    if known is not None and not (known["object"] == "coupon" and known.get("deleted")):
        raise invalid("Coupon already exists.", "id", "resource_already_exists")
    given["metadata"] = merge_metadata({}, given.get("metadata", {}))
    made = ctx.create(coupon(coupon_id, ctx.now, given), "coupon.created")
    if made["redeem_by"]:
        ctx.schedule("coupon.expire", coupon_id, made["redeem_by"])
    return public(made)


def _check_amounts(given: Json) -> None:
    percent, fixed = given.get("percent_off"), given.get("amount_off")
    if (percent is None) == (fixed is None):
        raise invalid("You must specify exactly one of `percent_off` and `amount_off`.", "percent_off")
    if percent is not None and float(percent) == 0:
        raise invalid("Invalid percent_off: it must be greater than 0.", "percent_off")
    if fixed is not None and not given.get("currency"):
        raise missing_parameter("currency")
    if percent is not None and (given.get("currency") or given.get("currency_options")):
        raise invalid("You may only specify a currency with `amount_off`.", "currency")
    for currency in [given.get("currency"), *(given.get("currency_options") or {})]:
        if currency is not None and not (currency.isalpha() and len(currency) == 3):
            raise invalid(f"Invalid currency: {currency.lower()}", "currency")


def _check_limits(ctx: Context, given: Json) -> None:
    repeating = given.get("duration", "once") == "repeating"
    if repeating and "duration_in_months" not in given:
        raise missing_parameter("duration_in_months")
    if not repeating and "duration_in_months" in given:
        raise invalid("`duration_in_months` is only for `duration` repeating.", "duration_in_months")
    if "redeem_by" in given and given["redeem_by"] <= ctx.now:
        raise invalid("Invalid redeem_by: it must be in the future.", "redeem_by")
    for index, product in enumerate((given.get("applies_to") or {}).get("products") or []):
        ctx.load("product", product, f"applies_to[products][{index}]")
    _check_name(given)


def _check_name(given: Json) -> None:
    if len(given.get("name") or "") > MAX_NAME:
        raise invalid(f"Invalid name: it may have at most {MAX_NAME} characters.", "name")


def update(ctx: Context) -> Json:
    """Only its name, metadata and further currencies; what it takes off never changes."""
    made = ctx.load("coupon", ctx.path["id"])
    _check_name(ctx.params)
    options = ctx.param("currency_options")
    if options and made["amount_off"] is None:
        raise invalid("You may only specify a currency with `amount_off`.", "currency_options")
    if options:
        made["_"]["options"] = {**(made["_"]["options"] or {}), **options}
    if "name" in ctx.params:
        made["name"] = ctx.params["name"] or None
    made["metadata"] = merge_metadata(made["metadata"], ctx.param("metadata", {}))
    return public(ctx.update(made, "coupon.updated"))


def delete(ctx: Context) -> Json:
    """Nobody can redeem it any more; discounts that it made stay."""
    made = ctx.load("coupon", ctx.path["id"])
    ctx.unschedule("coupon.expire", made["id"])
    ctx.emit("coupon.deleted", {**made, "valid": False})
    ctx.store.put({**made, "valid": False, "deleted": True})
    close_codes(ctx, made["id"])
    return {"id": made["id"], "object": "coupon", "deleted": True}


def list_all(ctx: Context) -> Json:
    return page(ctx, "coupon", "/v1/coupons", "json_extract(CAST(body AS TEXT), '$.deleted') IS NULL")


def products_of(ctx: Context, shown: Json) -> Json | None:
    """`applies_to`; sent only when expanded."""
    stored = ctx.store.get(shown["id"])
    products = stored["_"]["products"] if stored else None
    return {"products": products} if products else None


def currencies_of(ctx: Context, shown: Json) -> Json | None:
    """`currency_options`, the coupon's own currency among them; sent only when expanded."""
    stored = ctx.store.get(shown["id"])
    if stored is None or stored["amount_off"] is None:
        return None
    return {stored["currency"]: {"amount_off": stored["amount_off"]}, **(stored["_"]["options"] or {})}
