"""Coupons taken off monthly amounts: the item's own before the subscription's, percentages before amounts."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from analytics.metrics.states import Coupon

HUNDRED = 100


def take_off(amount: Fraction, coupons: Iterable[Coupon], *, currency: str, times_a_month: Fraction) -> Fraction:
    """The monthly amount after these coupons, never below 0.

    `times_a_month`: how often the invoice comes from which an amount-off coupon is taken. Coupons of another
    currency do not apply.
    """
    coupons = list(coupons)
    for coupon in coupons:
        amount *= 1 - min(coupon.percent_off, Fraction(HUNDRED)) / HUNDRED
    for coupon in coupons:
        if coupon.currency == currency:
            amount -= coupon.amount_off * times_a_month
    return max(amount, Fraction(0))


def spread(total: Fraction, amounts: Sequence[Fraction]) -> list[Fraction]:
    """What is left of a subscription after its coupons, given back to its items by their share."""
    whole = sum(amounts, Fraction(0))
    return [amount * total / whole if whole else Fraction(0) for amount in amounts]
