"""Money arithmetic in integer minor units; no floats."""

from decimal import Decimal


def divided(numerator: int, denominator: int) -> int:
    """numerator / denominator, halves away from zero; the rounding of prorations and fees."""
    quotient, rest = divmod(abs(numerator), denominator)
    quotient += 1 if 2 * rest >= denominator else 0
    return quotient if numerator >= 0 else -quotient


_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
_ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
_THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())


def places(currency: str) -> int:
    """How many decimals a unit of the currency has."""
    return 0 if currency in _ZERO_DECIMAL else 3 if currency in _THREE_DECIMAL else 2


def shown(minor_units: str, currency: str) -> str:
    """An exact amount in minor units as Stripe's descriptions write it: $29.00, €0.005, 12.500 KWD."""
    decimals = places(currency)
    amount = Decimal(minor_units).scaleb(-decimals)
    text = f"{amount:.{max(decimals, -int(amount.normalize().as_tuple().exponent))}f}"
    return f"{_SIGNS[currency]}{text}" if currency in _SIGNS else f"{text} {currency.upper()}"
