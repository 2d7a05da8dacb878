"""The shape of a price."""

from decimal import Decimal

from sandbox.jsons import Json


def new_price(price_id: str, now: int, given: Json) -> Json:
    """From checked parameters. Tiers are kept aside: they are sent only when expanded."""
    recurring, scheme = given.get("recurring"), given.get("billing_scheme") or "per_unit"
    amount, exact = _amounts(given, "unit_amount")
    return {
        "id": price_id,
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": scheme,
        "created": now,
        "currency": given["currency"].lower(),
        "custom_unit_amount": _custom(given.get("custom_unit_amount")),
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": given.get("metadata") or {},
        "nickname": given.get("nickname"),
        "product": given["product"],
        "recurring": _recurring(recurring) if recurring else None,
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "tiers_mode": given.get("tiers_mode") if scheme == "tiered" else None,
        "transform_quantity": given.get("transform_quantity"),
        "type": "recurring" if recurring else "one_time",
        "unit_amount": amount if scheme == "per_unit" else None,
        "unit_amount_decimal": exact if scheme == "per_unit" else None,
        "_": {
            "tiers": [_tier(tier) for tier in given.get("tiers") or []] if scheme == "tiered" else None,
            "options": options_of(given.get("currency_options") or {}),
        },
    }


def options_of(given: Json) -> Json:
    """Checked amounts in other currencies, by lower-case currency."""
    return {currency.lower(): _option(option) for currency, option in given.items()}


def _option(given: Json) -> Json:
    amount, exact = _amounts(given, "unit_amount")
    tiers = {"tiers": [_tier(tier) for tier in given["tiers"]]} if given.get("tiers") else {}
    return {
        "custom_unit_amount": _custom(given.get("custom_unit_amount")),
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "unit_amount": amount,
        "unit_amount_decimal": exact,
        **tiers,
    }


def _custom(given: Json | None) -> Json | None:
    """What a customer may choose the amount from; whether it is `enabled` is not shown."""
    if not given or not given["enabled"]:
        return None
    return {name: given.get(name) for name in ("maximum", "minimum", "preset")}


def _recurring(given: Json) -> Json:
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "meter": given.get("meter"),
        "trial_period_days": given.get("trial_period_days"),
        "usage_type": given.get("usage_type", "licensed"),
    }


def _amounts(given: Json, name: str) -> tuple[int | None, str | None]:
    """(whole minor units or None where there is a fraction, exact decimal string)."""
    whole, exact = given.get(name), given.get(f"{name}_decimal")
    if whole is not None:
        return whole, str(whole)
    if exact is None:
        return None, None
    number = Decimal(exact)
    integral = number == number.to_integral_value()
    return (int(number) if integral else None), (str(int(number)) if integral else exact)


def _tier(given: Json) -> Json:
    unit, unit_exact = _amounts(given, "unit_amount")
    flat, flat_exact = _amounts(given, "flat_amount")
    return {
        "flat_amount": flat,
        "flat_amount_decimal": flat_exact,
        "unit_amount": unit,
        "unit_amount_decimal": unit_exact,
        "up_to": None if given["up_to"] == "inf" else given["up_to"],
    }
