"""MRR by period, with what led from one to the next."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from analytics.fx import Rates, rates_known
from analytics.metrics.calendar import Grain, Period, period_of, periods
from analytics.queries.balances import Balances, Bridge
from analytics.queries.catalog import products_of
from analytics.queries.classified import Filter, Moved, moved_since
from analytics.queries.figure import ledger_at
from analytics.standpoint import Standpoint, standpoint

MOST_PERIODS = 36


@dataclass(frozen=True, slots=True)
class Movements:
    """`unconverted`: currencies without an exchange rate in some of the time. Until its first rate a currency is
    worth nothing here; from that day on its balance is in the fx row."""

    at: Standpoint
    grain: Grain
    currency: str
    bridges: tuple[Bridge, ...]
    unconverted: tuple[str, ...]


def movements(
    grain: str = "month",
    last: int | None = None,
    *,
    as_of: datetime | None = None,
    policy: str = "stripe",
    as_known: datetime | None = None,
    currency: str = "",
    plan: str = "",
) -> Movements:
    """The latest `last` periods up to `as_of` (now), at most 36; the whole history where `last` is not given.

    In the reporting currency, or for the subscriptions in one `currency` alone and in it; of one `plan` (its code)
    where one is given. Raises UnknownPolicy, and ValueError for an unknown grain.
    """
    at, by = standpoint(as_of or timezone.now(), policy, as_known), Grain(grain)
    rates = Rates(currency, {}, {}) if currency else rates_known(at.as_known)
    spans = _spans(at, by, min(last or MOST_PERIODS, MOST_PERIODS))
    only = Filter(currency, products_of(plan) if plan else None)
    moved = moved_since(spans[0].first, by, at, only, into=rates.into) if spans else []
    balances = Balances(rates, [one for one in moved if one.day is None], today=at.day)
    by_period = _by_period(moved, by)
    bridges = tuple(balances.bridge(period, by_period[period.first]) for period in spans)
    return Movements(at, by, rates.into, bridges, tuple(sorted(balances.unconverted)))


def _spans(at: Standpoint, grain: Grain, most: int) -> list[Period]:
    first = ledger_at(at).aggregate(first=Min("day"))["first"]
    return periods(first, at.day, grain, most=most) if first else []


def _by_period(moved: Iterable[Moved], grain: Grain) -> dict[date, list[Moved]]:
    """By the first day of the period."""
    found: dict[date, list[Moved]] = defaultdict(list)
    for one in moved:
        if one.day is not None:
            found[period_of(one.day, grain).first].append(one)
    return found
