"""What a price has to be before it is stored; the messages are Stripe's where they are known."""

from decimal import Decimal

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.money.money import CURRENCIES
from sandbox.protocol.errors import invalid, missing_parameter

_LONGEST = {"day": ("daily", 1095), "week": ("weekly", 156), "month": ("monthly", 36), "year": ("yearly", 3)}
"""Three years, in each interval."""


def check(ctx: Context, given: Json) -> None:
    """Raises what Stripe raises for parameters of a price that do not go together."""
    check_currency(given["currency"], "currency")
    recurring = given.get("recurring")
    _check_interval(recurring or {})
    _check_meter(ctx, recurring or {})
    _check_amounts(given, "")
    if given.get("billing_scheme") == "tiered":
        _check_tiered(given)
    elif given.get("tiers") or given.get("tiers_mode"):
        name = "tiers" if given.get("tiers") else "tiers_mode"
        raise invalid(f"`{name}` requires `billing_scheme` to be `tiered`.", name)
    if given.get("custom_unit_amount") and recurring:
        raise invalid("Prices with `type=recurring` are not supported with `custom_unit_amount`.", "custom_unit_amount")
    check_options(given.get("currency_options") or {}, given)


def check_currency(currency: str, param: str) -> None:
    if currency.lower() not in CURRENCIES:
        raise invalid(
            f"Invalid currency: {currency.lower()}. Stripe currently supports these currencies:"
            f" {', '.join(sorted(CURRENCIES))}",
            param,
        )


def _check_interval(recurring: Json) -> None:
    if not recurring:
        return
    word, most = _LONGEST[recurring["interval"]]
    if recurring.get("interval_count", 1) > most:
        message = f"The interval_count for {word} prices can't be greater than {most}"
        raise invalid(message, "recurring[interval_count]")


def _check_meter(ctx: Context, recurring: Json) -> None:
    """Usage is counted by a meter: one that is active when the price is made."""
    metered, meter_id = recurring.get("usage_type") == "metered", recurring.get("meter")
    if metered and not meter_id:
        raise invalid("Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.")
    if meter_id and not metered:
        raise invalid("`recurring[meter]` is only for prices with `usage_type=metered`.", "recurring[meter]")
    if meter_id and ctx.load("billing.meter", meter_id, "recurring[meter]", noun="meter")["status"] != "active":
        raise invalid(f"The meter {meter_id} is inactive.", "recurring[meter]")


def _check_amounts(given: Json, prefix: str) -> None:
    """One amount: whole, exact or chosen by the customer. `prefix` is the path of what they stand in."""
    names = ("unit_amount", "unit_amount_decimal", "custom_unit_amount")
    found = [name for name in names if given.get(name) is not None]
    if len(found) > 1:
        params = [f"{prefix}[{name}]" if prefix else name for name in found]
        raise invalid(f"You may only specify one of these parameters: {', '.join(params)}.", params[0])
    if not found and given.get("billing_scheme") != "tiered":
        raise invalid("Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.", prefix or None)


def _check_tiered(given: Json) -> None:
    if not given.get("recurring"):
        raise invalid("Prices with `type=one_time` are not supported with tiered billing.", "interval")
    if given.get("transform_quantity"):
        raise invalid("`transform_quantity` cannot be combined with `tiers`.", "transform_quantity")
    for name in ("unit_amount", "unit_amount_decimal", "custom_unit_amount"):
        if given.get(name) is not None:
            raise invalid(f"You cannot set `{name}` with `billing_scheme=tiered`.", name)
    if not given.get("tiers") or given.get("tiers_mode") is None:
        raise missing_parameter("tiers" if not given.get("tiers") else "tiers_mode")
    check_tiers(given["tiers"], "tiers")


def check_tiers(tiers: list[Json], param: str) -> None:
    limits = [tier["up_to"] for tier in tiers]
    if not limits or limits[-1] != "inf" or "inf" in limits[:-1]:
        raise invalid("The last tier, and only it, must have `up_to` set to `inf`.", param)
    if sorted(set(limits[:-1])) != limits[:-1]:
        raise invalid("Tiers must be in ascending order of `up_to`.", param)
    for index, tier in enumerate(tiers):
        _check_tier(tier, f"{param}[{index}]")


def _check_tier(tier: Json, path: str) -> None:
    for name in ("unit_amount", "flat_amount"):
        exact = tier.get(f"{name}_decimal")
        if exact is not None and tier.get(name) is not None:
            raise invalid(f"You may only specify one of these parameters: {name}, {name}_decimal.", f"{path}[{name}]")
        if name == "flat_amount" and exact is not None and Decimal(exact) % 1:
            raise invalid("`flat_amount_decimal` must be a whole number of minor units.", f"{path}[{name}_decimal]")


def check_options(options: Json, price: Json) -> None:
    """Amounts in other currencies, of the same kind as the price's own."""
    for currency, option in options.items():
        path = f"currency_options[{currency}]"
        check_currency(currency, path)
        if currency.lower() == price["currency"].lower():
            raise invalid("`currency_options` cannot have the price's own currency.", path)
        if price.get("billing_scheme") == "tiered":
            check_tiers(option.get("tiers") or [], f"{path}[tiers]")
        elif option.get("tiers"):
            raise invalid("`tiers` requires `billing_scheme` to be `tiered`.", f"{path}[tiers]")
        else:
            _check_amounts(option, path)
