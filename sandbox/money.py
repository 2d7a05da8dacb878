"""Money arithmetic in integer minor units; no floats."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.jsons import Json

FEE_PERMILLE, FEE_FIXED = 29, 30
"""Stripe's list price for cards: 2.9 % and 30 minor units."""


def divided(numerator: int, denominator: int) -> int:
    """numerator / denominator, halves away from zero; the rounding of prorations and fees."""
    quotient, rest = divmod(abs(numerator), denominator)
    quotient += 1 if 2 * rest >= denominator else 0
    return quotient if numerator >= 0 else -quotient


def fee_of(amount: int) -> int:
    return divided(amount * FEE_PERMILLE, 1000) + FEE_FIXED


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def price_amount(price: Json, quantity: int) -> int:
    """What `quantity` of a stored price costs for one full period, in minor units."""
    units = _packages(price, quantity)
    if price["billing_scheme"] == "per_unit":
        return _whole(Decimal(price["unit_amount_decimal"] or 0) * units)
    tiers = price["_"]["tiers"]
    return _volume(tiers, units) if price["tiers_mode"] == "volume" else _graduated(tiers, units)


def _packages(price: Json, quantity: int) -> int:
    packaging = price.get("transform_quantity")
    if not packaging:
        return quantity
    size = int(packaging["divide_by"])
    return -(-quantity // size) if packaging["round"] == "up" else quantity // size


def _volume(tiers: list[Json], units: int) -> int:
    tier = next(tier for tier in tiers if tier["up_to"] is None or units <= tier["up_to"])
    return _tier_amount(tier, units)


def _graduated(tiers: list[Json], units: int) -> int:
    total, floor = Decimal(0), 0
    for tier in tiers:
        ceiling = units if tier["up_to"] is None else min(units, tier["up_to"])
        if ceiling > floor or (units == 0 and floor == 0):
            total += Decimal(tier["unit_amount_decimal"] or 0) * (ceiling - floor)
            total += Decimal(tier["flat_amount_decimal"] or 0)
        floor = max(floor, ceiling)
        if floor >= units:
            break
    return _whole(total)


def _tier_amount(tier: Json, units: int) -> int:
    unit, flat = Decimal(tier["unit_amount_decimal"] or 0), Decimal(tier["flat_amount_decimal"] or 0)
    return _whole(unit * units + flat)


_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
_ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
_THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())


def shown(minor_units: str, currency: str) -> str:
    """An exact amount in minor units as Stripe's descriptions write it: $29.00, €0.005, 12.500 KWD."""
    places = 0 if currency in _ZERO_DECIMAL else 3 if currency in _THREE_DECIMAL else 2
    amount = Decimal(minor_units).scaleb(-places)
    text = f"{amount:.{max(places, -int(amount.normalize().as_tuple().exponent))}f}"
    return f"{_SIGNS[currency]}{text}" if currency in _SIGNS else f"{text} {currency.upper()}"
