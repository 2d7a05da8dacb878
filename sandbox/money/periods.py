"""Billing periods: calendar arithmetic in UTC that keeps the anchor's day (31 -> 28 -> 31)."""

import calendar
from datetime import UTC, datetime

DAY = 86_400
SECONDS = {"day": DAY, "week": 7 * DAY}


def later(anchor: int, interval: str, count: int) -> int:
    """Unix time `count` intervals after (or before) `anchor`, its day of month clamped to the month's end."""
    if interval in SECONDS:
        return anchor + SECONDS[interval] * count
    start = datetime.fromtimestamp(anchor, UTC)
    months = start.year * 12 + start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def next_boundary(anchor: int, interval: str, count: int, after: int) -> int:
    """The first boundary anchor + k * count intervals (k may be negative) that lies after `after`."""
    step = _estimate(anchor, interval, count, after) - 1
    while True:
        boundary = later(anchor, interval, step * count)
        if boundary > after:
            return boundary
        step += 1


def previous_boundary(anchor: int, interval: str, count: int, before: int) -> int:
    """The last boundary that lies before `before`."""
    step = _estimate(anchor, interval, count, before) + 3
    while True:
        boundary = later(anchor, interval, step * count)
        if boundary < before:
            return boundary
        step -= 1


def _estimate(anchor: int, interval: str, count: int, after: int) -> int:
    if interval in SECONDS:
        return (after - anchor) // (SECONDS[interval] * count)
    first, last = datetime.fromtimestamp(anchor, UTC), datetime.fromtimestamp(after, UTC)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months // (count * (12 if interval == "year" else 1)) - 1
