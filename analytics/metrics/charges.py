"""What one item is charged per billing interval, in exact minor units, before discounts and tax.

Rules: https://docs.stripe.com/products-prices/pricing-models (per unit, package, graduated and volume tiers).
"""

from fractions import Fraction

from analytics.metrics.states import Item, Tier


def charge(item: Item) -> Fraction:
    """Metered items are charged for what was used, not for what was subscribed to: nothing here."""
    if item.metered:
        return Fraction(0)
    if item.tiers_mode == "graduated":
        return _graduated(item)
    if item.tiers_mode == "volume":
        return _volume(item)
    return item.unit_amount * _packages(item)


def _packages(item: Item) -> int:
    whole, rest = divmod(item.quantity, item.divide_by)
    return whole + 1 if rest and item.round_up else whole


def _graduated(item: Item) -> Fraction:
    """Each unit at the price of the tier it falls into. The first tier's flat fee is due even for no units."""
    total, below = Fraction(0), 0
    for tier in item.tiers:
        if below and item.quantity <= below:
            break
        top = item.quantity if tier.up_to is None else min(item.quantity, tier.up_to)
        total += tier.flat_amount + tier.unit_amount * (top - below)
        below = top if tier.up_to is None else tier.up_to
    return total


def _volume(item: Item) -> Fraction:
    """All units at the price of the tier that the quantity falls into."""
    tier = next((tier for tier in item.tiers if _reaches(tier, item.quantity)), None)
    return tier.flat_amount + tier.unit_amount * item.quantity if tier else Fraction(0)


def _reaches(tier: Tier, quantity: int) -> bool:
    return tier.up_to is None or quantity <= tier.up_to
