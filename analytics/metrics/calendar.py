"""Days and months as periods of a report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Grain(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """`first` and `last` are both in it. `name`: "2026-05-03" or "2026-05"."""

    name: str
    first: date
    last: date


def period_of(day: date, grain: Grain) -> Period:
    if grain is Grain.DAY:
        return Period(day.isoformat(), day, day)
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, _next_month(first) - timedelta(days=1))


def periods(first: date, last: date, grain: Grain, *, most: int) -> list[Period]:
    """The periods from that of `first` to that of `last`; the latest `most` of them."""
    found: list[Period] = []
    for period in _backwards(last, grain):
        if len(found) == most or period.last < first:
            break
        found.append(period)
    return found[::-1]


def _backwards(day: date, grain: Grain) -> Iterator[Period]:
    while True:
        period = period_of(day, grain)
        yield period
        day = period.first - timedelta(days=1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
