"""MRR at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet, Sum

from analytics.fx import Rates, rates_known
from analytics.metrics.mrr import MICRO
from analytics.metrics.rounding import rounded_with_parts
from analytics.models import MrrMovement
from analytics.standpoint import Standpoint, standpoint
from billing.domain.money import Money, half_even


@dataclass(frozen=True, slots=True)
class CurrencyFigure:
    """MRR in one currency, and what it is in the reporting currency; None where no rate is known.

    `rate`: units of the reporting currency for one unit, given on `rate_day` (None for the currency itself).
    """

    mrr: Money
    converted: Money | None
    rate: Decimal | None
    rate_day: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is in the reporting currency: the sum of every currency's `converted`.

    `unconverted` are the amounts that are missing in it, because no exchange rate is known at or before the day.
    """

    value: Money
    as_of: datetime
    as_known: datetime
    policy: str
    by_currency: tuple[CurrencyFigure, ...]
    unconverted: tuple[Money, ...]


def mrr(as_of: datetime, policy: str = "stripe", as_known: datetime | None = None) -> Figure:
    """Raises UnknownPolicy."""
    at = standpoint(as_of, policy, as_known)
    return figure_of(sums_by_currency(at), at, rates_known(at.as_known))


def ledger_at(at: Standpoint) -> QuerySet[MrrMovement]:
    """The movements that count at a standpoint; their sum is the MRR."""
    return MrrMovement.objects.filter(policy=at.policy.key, effective_at__lte=at.as_of, recorded_at__lte=at.as_known)


def sums_by_currency(at: Standpoint) -> dict[str, int]:
    """Micro-minor-units by currency, in the order of the codes."""
    sums = ledger_at(at).values_list("currency").annotate(total=Sum("delta_micro")).order_by("currency")
    return {currency: int(total) for currency, total in sums}


def figure_of(sums: Mapping[str, int], at: Standpoint, rates: Rates) -> Figure:
    """The figure of these sums; the converted amounts of the currencies sum exactly to its value."""
    shown = {currency: total for currency, total in sums.items() if total}
    factors = {currency: rate for currency in shown if (rate := rates.on(currency, at.day))}
    value, parts = rounded_with_parts([shown[currency] * rate.factor / MICRO for currency, rate in factors.items()])
    converted = dict(zip(factors, parts, strict=True))
    by_currency = tuple(
        CurrencyFigure(
            mrr=Money(currency, in_minor_units(total)),
            converted=Money(rates.into, converted[currency]) if currency in converted else None,
            rate=factors[currency].rate if currency in factors else None,
            rate_day=factors[currency].day if currency in factors else None,
        )
        for currency, total in shown.items()
    )
    return Figure(
        value=Money(rates.into, value),
        as_of=at.as_of,
        as_known=at.as_known,
        policy=at.policy.key,
        by_currency=by_currency,
        unconverted=tuple(one.mrr for one in by_currency if one.converted is None),
    )


def in_minor_units(micro: int) -> int:
    """Rounded half-even."""
    return half_even(Fraction(micro, MICRO))
