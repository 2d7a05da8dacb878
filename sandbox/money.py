"""Money arithmetic in integer minor units; no floats."""

from decimal import Decimal

FEE_PERMILLE, FEE_FIXED = 29, 30
"""Stripe's list price for cards: 2.9 % and 30 minor units."""


def divided(numerator: int, denominator: int) -> int:
    """numerator / denominator, halves away from zero; the rounding of prorations and fees."""
    quotient, rest = divmod(abs(numerator), denominator)
    quotient += 1 if 2 * rest >= denominator else 0
    return quotient if numerator >= 0 else -quotient


def fee_of(amount: int) -> int:
    return divided(amount * FEE_PERMILLE, 1000) + FEE_FIXED


_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
_ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
_THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())


def shown(minor_units: str, currency: str) -> str:
    """An exact amount in minor units as Stripe's descriptions write it: $29.00, €0.005, 12.500 KWD."""
    places = 0 if currency in _ZERO_DECIMAL else 3 if currency in _THREE_DECIMAL else 2
    amount = Decimal(minor_units).scaleb(-places)
    text = f"{amount:.{max(places, -int(amount.normalize().as_tuple().exponent))}f}"
    return f"{_SIGNS[currency]}{text}" if currency in _SIGNS else f"{text} {currency.upper()}"
