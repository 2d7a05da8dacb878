"""What a quantity of a price costs, part by part: a part is what becomes one line of an invoice.

A graduated price has a part for the units in each tier that is reached and one for each reached tier's flat amount; a
volume price has the same two for the one tier that the whole quantity falls into; every other price has one part.
Amounts are whole minor units, each part rounded once, halves away from zero, so parts always sum to the price.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.jsons import Json


@dataclass(frozen=True)
class Part:
    """`tier` counts from 1; `unit` is the exact amount (minor units) of one unit, or of the tier's flat amount."""

    quantity: Decimal
    unit: str
    amount: int
    tier: int | None = None
    flat: bool = False


def parts_of(price: Json, quantity: int | Decimal) -> list[Part]:
    """The parts of a stored price for one full period."""
    units = packages(price, Decimal(quantity))
    if price["billing_scheme"] == "per_unit":
        unit = price["unit_amount_decimal"] or "0"
        return [Part(Decimal(quantity), unit, _whole(Decimal(unit) * units))]
    tiers = list(enumerate(price["_"]["tiers"], 1))
    return _volume(tiers, units) if price["tiers_mode"] == "volume" else _graduated(tiers, units)


def price_amount(price: Json, quantity: int | Decimal) -> int:
    """What `quantity` of a stored price costs for one full period, in minor units."""
    return sum(part.amount for part in parts_of(price, quantity))


def packages(price: Json, quantity: Decimal) -> Decimal:
    """What is multiplied by the unit amount: packages where the price sells those, else the quantity."""
    packaging = price.get("transform_quantity")
    if not packaging:
        return quantity
    whole, rest = divmod(quantity, Decimal(packaging["divide_by"]))
    return whole + (1 if rest and packaging["round"] == "up" else 0)


def _volume(tiers: list[tuple[int, Json]], units: Decimal) -> list[Part]:
    number, tier = next(entry for entry in tiers if entry[1]["up_to"] is None or units <= entry[1]["up_to"])
    return _of_tier(number, tier, units)


def _graduated(tiers: list[tuple[int, Json]], units: Decimal) -> list[Part]:
    """The first tier is always reached, so that its flat amount is owed without any unit too."""
    parts, floor = [], Decimal(0)
    for number, tier in tiers:
        ceiling = units if tier["up_to"] is None else min(units, Decimal(tier["up_to"]))
        parts += _of_tier(number, tier, ceiling - floor)
        floor = ceiling
        if floor >= units:
            break
    return parts


def _of_tier(number: int, tier: Json, units: Decimal) -> list[Part]:
    unit, flat = tier["unit_amount_decimal"] or "0", tier["flat_amount_decimal"]
    parts = [Part(units, unit, _whole(Decimal(unit) * units), number)]
    if flat is not None:
        parts.append(Part(Decimal(0), flat, _whole(Decimal(flat)), number, flat=True))
    return parts


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
