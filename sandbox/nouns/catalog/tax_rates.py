"""Tax rates: percentages that are contained in prices or come on top of them."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
    PAGE,
    RANGE,
    Kind,
    boolean,
    choice,
    clearable,
    merge_metadata,
    metadata,
    percentage,
    required,
    text,
)
from sandbox.shapes.tax_rate import tax_rate

TYPES = (
    "amusement_tax communications_tax gst hst igst jct lease_tax mass_transit_parking_tax parking_tax pst qst"
    " retail_delivery_fee rst sales_tax service_tax vat"
).split()
_HOLDERS = "SELECT id FROM objects WHERE type = 'subscription' AND CAST(body AS TEXT) LIKE ?"
MAX_DISPLAY_NAME, MAX_JURISDICTION = 50, 50
_COMMON: dict[str, Kind] = {
    "active": boolean,
    "country": clearable(text),
    "description": clearable(text),
    "jurisdiction": clearable(text),
    "metadata": metadata,
    "state": clearable(text),
    "tax_type": clearable(choice(*TYPES)),
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "display_name": required(text),
    "inclusive": required(boolean),
    "percentage": required(percentage),
}
UPDATE: dict[str, Kind] = {**_COMMON, "display_name": text}
LIST: dict[str, Kind] = {**PAGE, "active": boolean, "created": RANGE, "inclusive": boolean}


def create(ctx: Context) -> Json:
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    _check(given)
    given["metadata"] = merge_metadata({}, given.get("metadata", {}))
    return public(ctx.create(tax_rate(ctx.new_id("txr_"), ctx.now, given), "tax_rate.created"))


def _check(given: Json) -> None:
    for name, limit in (("display_name", MAX_DISPLAY_NAME), ("jurisdiction", MAX_JURISDICTION)):
        if len(given.get(name) or "") > limit:
            raise invalid(f"Invalid string: {name} must be at most {limit} characters", name)
    country = given.get("country")
    if country is not None and not (
        len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
    ):
        raise invalid(f"Country '{country}' is unknown. Try using a 2-character alphanumeric country code.", "country")


def update(ctx: Context) -> Json:
    """All but the percentage and whether it is inclusive; those never change."""
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    _check(given)
    rate = ctx.load("tax_rate", ctx.path["id"])
    if "metadata" in given:
        given["metadata"] = merge_metadata(rate["metadata"], given["metadata"])
    rate.update(given)
    ctx.update(rate, "tax_rate.updated")
    _show_in_subscriptions(ctx, rate)
    return public(rate)


def _show_in_subscriptions(ctx: Context, rate: Json) -> None:
    """Subscriptions and their items show their rates as they are now; no event of theirs is due to that."""
    for row in ctx.store.rows(_HOLDERS, (f"%{rate['id']}%",)):
        subscription = ctx.load("subscription", row[0])
        for holder, name in [(subscription, "default_tax_rates"), *_items(subscription)]:
            holder[name] = [public(rate) if entry["id"] == rate["id"] else entry for entry in holder[name]]
        ctx.store.put(subscription)


def _items(subscription: Json) -> list[tuple[Json, str]]:
    return [(item, "tax_rates") for item in subscription["items"]["data"]]


def list_all(ctx: Context) -> Json:
    return page(ctx, "tax_rate", "/v1/tax_rates", status=ctx.param("active"), tag=ctx.param("inclusive"))
