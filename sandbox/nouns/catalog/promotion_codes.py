"""Promotion codes: what customers type to redeem a coupon."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import (
    PAGE,
    RANGE,
    Kind,
    boolean,
    choice,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    text,
    timestamp,
)
from sandbox.shapes.coupon import promotion_code

CREATE: dict[str, Kind] = {
    "active": boolean,
    "code": text,
    "customer": text,
    "expires_at": timestamp,
    "max_redemptions": integer(1),
    "metadata": metadata,
    "promotion": required(mapping({"coupon": required(text), "type": required(choice("coupon"))})),
    "restrictions": mapping(
        {
            "first_time_transaction": boolean,
            "minimum_amount": integer(1),
            "minimum_amount_currency": text,
        }
    ),
}
UPDATE: dict[str, Kind] = {"active": boolean, "metadata": metadata}
LIST: dict[str, Kind] = {
    **PAGE,
    "active": boolean,
    "code": text,
    "coupon": text,
    "created": RANGE,
    "customer": text,
}


def create(ctx: Context) -> Json:
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    coupon = ctx.load("coupon", given["promotion"]["coupon"], "promotion[coupon]")
    if not coupon["valid"]:
        raise invalid(f"Coupon expired: {coupon['id']}", "promotion[coupon]", "coupon_expired")
    if given.get("customer"):
        ctx.load("customer", given["customer"], "customer")
    _check(ctx, given, coupon)
    given["code"] = given.get("code") or ctx.new_id("")[:8].upper()
    _claim(ctx, given["code"], given.get("customer"))
    given["metadata"] = merge_metadata({}, given.get("metadata", {}))
    made = promotion_code(ctx.new_id("promo_"), ctx.now, given)
    made["expires_at"] = made["expires_at"] or coupon["redeem_by"]
    ctx.create(made, "promotion_code.created")
    if made["expires_at"]:
        ctx.schedule("promotion_code.expire", made["id"], made["expires_at"])
    return public(made)


def _check(ctx: Context, given: Json, coupon: Json) -> None:
    expires, redemptions = given.get("expires_at"), given.get("max_redemptions")
    if expires is not None and expires <= ctx.now:
        raise invalid("Invalid expires_at: it must be in the future.", "expires_at")
    if expires is not None and coupon["redeem_by"] and expires > coupon["redeem_by"]:
        raise invalid("`expires_at` cannot be after the coupon's `redeem_by`.", "expires_at")
    if redemptions and coupon["max_redemptions"] and redemptions > coupon["max_redemptions"]:
        raise invalid("`max_redemptions` cannot exceed the coupon's `max_redemptions`.", "max_redemptions")
    restrictions = given.get("restrictions") or {}
    if ("minimum_amount" in restrictions) != ("minimum_amount_currency" in restrictions):
        name = "minimum_amount" if "minimum_amount_currency" in restrictions else "minimum_amount_currency"
        raise missing_parameter(f"restrictions[{name}]")


def _claim(ctx: Context, code: str, customer: str | None) -> None:
    """A code is unique, whatever its case, among the active ones that a customer could use."""
    if not code.isascii() or not code.replace("-", "").isalnum():
        raise invalid("Promotion codes may have letters, digits and dashes.", "code")
    for other in ctx.store.find("promotion_code", tag=code.lower(), status="True"):
        if customer is None or other["customer"] in (None, customer):
            raise invalid(f"An active promotion code with `code: {code}` already exists.", "code")


def update(ctx: Context) -> Json:
    code = ctx.load("promotion_code", ctx.path["id"])
    wanted = ctx.param("active", code["active"])
    if wanted and not code["active"]:
        _check_reactivation(ctx, code)
    code["active"] = wanted
    code["metadata"] = merge_metadata(code["metadata"], ctx.param("metadata", {}))
    return public(ctx.update(code, "promotion_code.updated"))


def _check_reactivation(ctx: Context, code: Json) -> None:
    coupon = ctx.store.get(code["promotion"]["coupon"])
    over = code["expires_at"] is not None and code["expires_at"] <= ctx.now
    spent = code["max_redemptions"] is not None and code["times_redeemed"] >= code["max_redemptions"]
    if coupon is None or not coupon["valid"] or over or spent:
        raise invalid("The promotion code has expired, was redeemed as often as it may be, or has no coupon.", "active")
    _claim(ctx, code["code"], code["customer"])


def list_all(ctx: Context) -> Json:
    code = ctx.param("code")
    return page(
        ctx,
        "promotion_code",
        "/v1/promotion_codes",
        customer=ctx.param("customer"),
        parent=ctx.param("coupon"),
        tag=code.lower() if code is not None else None,
        status=ctx.param("active"),
    )
