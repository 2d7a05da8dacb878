"""Windows of time: half-open [start, end), in UTC; hours, days and months are those of a named zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
MAX_WINDOWS = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class TooManyWindows(ValueError):
    """The range holds more than MAX_WINDOWS windows of the grain."""


@dataclass(frozen=True, slots=True)
class Window:
    start: datetime
    end: datetime

    def whole_hours(self) -> "Window":
        """The UTC hours that lie entirely inside, from the first's start to the last's end.

        Empty, at this window's end, where none does.
        """
        start, end = hour_after(self.start), hour_of(self.end)
        return Window(start, end) if start < end else Window(self.end, self.end)


def hour_of(time: datetime) -> datetime:
    """The start of the UTC hour that holds the instant."""
    return time - (time - _EPOCH) % HOUR


def hour_after(time: datetime) -> datetime:
    """The first full UTC hour at or after the instant."""
    return time + (_EPOCH - time) % HOUR


def windows(start: datetime, end: datetime, *, grain: Grain, zone: ZoneInfo) -> list[Window]:
    """[start, end) cut at every hour, midnight or first of month of the zone.

    A day has 23, 24 or 25 hours; a day that the zone skipped does not appear. The first and last window are
    as short as the range makes them. Raises TooManyWindows beyond MAX_WINDOWS.
    """
    if start >= end:
        return []
    cuts = sorted({start, end} | {cut for cut in _cuts(start, end, grain, zone) if start < cut < end})
    return [Window(*pair) for pair in pairwise(cuts)]


def _cuts(start: datetime, end: datetime, grain: Grain, zone: ZoneInfo) -> Iterator[datetime]:
    for number, label in enumerate(_labels(start, end, grain, zone)):
        if number > MAX_WINDOWS:
            raise TooManyWindows(f"The range holds more than {MAX_WINDOWS} windows; choose a shorter one.")
        yield from _instants(label, grain, zone)


def _labels(start: datetime, end: datetime, grain: Grain, zone: ZoneInfo) -> Iterator[datetime]:
    """What the zone's clocks and calendars show where a window of the grain begins."""
    last = end.astimezone(zone).replace(tzinfo=None)
    label = _floor(start.astimezone(zone).replace(tzinfo=None), grain)
    while label <= last:
        yield label
        label = _next(label, grain)


def _floor(label: datetime, grain: Grain) -> datetime:
    hour = label.replace(minute=0, second=0, microsecond=0, fold=0)
    if grain is Grain.HOUR:
        return hour
    return hour.replace(hour=0) if grain is Grain.DAY else hour.replace(hour=0, day=1)


def _next(label: datetime, grain: Grain) -> datetime:
    if grain is Grain.MONTH:
        return (label + timedelta(days=31)).replace(day=1)
    return label + (HOUR if grain is Grain.HOUR else timedelta(days=1))


def _instants(label: datetime, grain: Grain, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants at which clocks show the label. One that the clocks skip (spring) stands for the moment of
    the skip; one that they show twice (autumn) begins two hours, but only one day."""
    first = label.replace(tzinfo=zone)
    yield first.astimezone(UTC)
    second = first.replace(fold=1)
    if grain is Grain.HOUR and _offset(second) < _offset(first):
        yield second.astimezone(UTC)


def _offset(time: datetime) -> timedelta:
    return time.utcoffset() or timedelta()
