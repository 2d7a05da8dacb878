"""What a coupon takes off amounts, to the minor unit.

A percentage is taken of the sum of the amounts that it applies to, rounded once (halves away from zero), and spread
over them in proportion, largest remainders first; a fixed amount is spread in the same way, and never exceeds the sum.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from sandbox.jsons import Json


def allocated(amount: int, weights: Sequence[int]) -> list[int]:
    """Shares of `amount` (0 or more) in proportion to the weights (0 or more). They sum to it exactly, and none
    exceeds its weight as long as the amount does not exceed the weights' sum; without weights all are 0."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    shares = [amount * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda place: (-(amount * weights[place] % whole), place))
    for place in by_rest[: amount - sum(shares)]:
        shares[place] += 1
    return shares


def taken(terms: Json, currency: str, amounts: Sequence[int]) -> list[int]:
    """What a coupon with these terms takes off each of the amounts (0 or more, minor units of `currency`)."""
    whole = sum(amounts)
    if terms["percent_off"] is not None:
        exact = whole * Decimal(str(terms["percent_off"])) / 100
        return allocated(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), amounts)
    return allocated(min(whole, amount_off_in(terms, currency) or 0), amounts)


def amount_off_in(terms: Json, currency: str) -> int | None:
    """The fixed amount in a currency; None where the coupon has none."""
    if terms["currency"] == currency:
        amount: int = terms["amount_off"]
        return amount
    option = (terms["currency_options"] or {}).get(currency)
    return option["amount_off"] if option else None
