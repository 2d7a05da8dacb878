"""Money: integer minor units and a currency code.

Exponents follow Stripe (https://docs.stripe.com/currencies), which differs from ISO 4217 in a few places:
ISK and UGX are sent with two decimals of which both are zero.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())


def exponent(currency: str) -> int:
    """How many decimals the minor unit of the currency stands for: 0, 2 or 3."""
    code = currency.lower()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents, yen, fils) of a lower-case ISO 4217 code."""

    currency: str
    amount: int

    def major(self) -> Decimal:
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def as_json(self) -> dict[str, object]:
        return {"amount": self.amount, "currency": self.currency}


def half_even(value: Fraction) -> int:
    """Round to the nearest integer, ties to even: the one rounding rule of the product."""
    return round(value)


def allocate(total: int, weights: list[int]) -> list[int]:
    """Split `total` minor units by weight so that the parts sum exactly to it (largest remainder).

    Ties go to the earlier part. All weights zero: everything goes to the first.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        return [total, *([0] * (len(weights) - 1))]
    shares = [Fraction(total * weight, whole) for weight in weights]
    parts = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
