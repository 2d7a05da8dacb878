"""Exchange rates into the reporting currency. None are shipped: whoever installs the product sets them."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.conf import settings
from django.db import transaction

from analytics.ledger.knowledge import begin_writing
from analytics.models import FxRate
from billing.domain.money import exponent

DECIMALS = 12  # of FxRate.rate
LIMIT = 10**12


class CannotSetRates(ValueError):
    """A rate is not a positive number, or a code is not three letters. `code` is stable."""

    code = "invalid_rate"


def set_rates(day: date, rates: Mapping[str, Decimal | int | str]) -> None:
    """From `day` on, one unit of each currency is worth this many units of the reporting currency (major units).

    `set_rates(date(2026, 5, 1), {"eur": "1.0842"})`. A rate holds until a later day has one. Setting a day again
    corrects it; reports pinned to what was known before keep the old rate. Raises CannotSetRates.
    """
    given = {currency.lower(): _exact(rate) for currency, rate in rates.items()}
    exact = {code: rate for code, rate in given.items() if rate is not None and re.fullmatch("[a-z]{3}", code)}
    if wrong := [code for code in given if code not in exact]:
        raise CannotSetRates(f"Rates are positive numbers by currency code of three letters; see {', '.join(wrong)}.")
    with transaction.atomic():
        stamp = begin_writing()
        FxRate.objects.bulk_create(
            FxRate(day=day, currency=currency, into=settings.REPORTING_CURRENCY, rate=rate, recorded_at=stamp)
            for currency, rate in sorted(exact.items())
        )


def _exact(rate: Decimal | int | str) -> Decimal | None:
    """To the decimals that are kept; None for what is no positive number that the table can hold."""
    try:
        exact = round(Decimal(rate), DECIMALS)
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and 0 < exact < LIMIT else None


@dataclass(frozen=True, slots=True)
class Rate:
    """`factor` turns minor units of a currency into minor units of the reporting currency."""

    day: date | None
    rate: Decimal
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Rates:
    """All rates into `into`, as known at one moment: per currency the days and their rates, both in order."""

    into: str
    days: Mapping[str, list[date]]
    rates: Mapping[str, list[Rate]]

    def on(self, currency: str, day: date) -> Rate | None:
        """The latest rate at or before the day; None where there is none."""
        if currency == self.into:
            return Rate(None, Decimal(1), Fraction(1))
        position = bisect_right(self.days.get(currency, []), day)
        return self.rates[currency][position - 1] if position else None


def rates_known(as_known: datetime) -> Rates:
    """The rates into the reporting currency as known at a moment."""
    into = settings.REPORTING_CURRENCY
    days: dict[str, list[date]] = defaultdict(list)
    rates: dict[str, list[Rate]] = defaultdict(list)
    rows = (
        FxRate.objects.filter(into=into, recorded_at__lte=as_known)
        .order_by("currency", "day", "-recorded_at", "-id")
        .distinct("currency", "day")
    )
    for currency, day, rate in rows.values_list("currency", "day", "rate"):
        scale = Fraction(10) ** (exponent(into) - exponent(currency))
        days[currency].append(day)
        rates[currency].append(Rate(day, rate, Fraction(rate) * scale))
    return Rates(into, days, rates)
