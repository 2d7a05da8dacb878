"""The rollup as a whole: what an organization used, and whether the rollup is right."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from usage.domain.windows import Window, hour_after, hour_of
from usage.models.meter import Meter
from usage.store import recount
from usage.store.recount import Difference
from usage.store.sums import sums

_STRIDE = timedelta(days=1)


def used_by_meter(organization_id: int, meters: Sequence[Meter], window: Window) -> list[Decimal]:
    """What the organization used of each meter in one window, in the order of the meters."""
    return sums(organization_id, [(meter.pk, window) for meter in meters])


def used_by_window(organization_id: int, meter: Meter, windows: Sequence[Window]) -> list[Decimal]:
    """What the organization used of one meter in each window, in their order."""
    return sums(organization_id, [(meter.pk, window) for window in windows])


def rollup_differences(window: Window, *, repair: bool) -> Iterator[tuple[Window, list[Difference]]]:
    """Recount the raw events of the window's hours, those that it cuts included, a day at a time; with `repair`
    the rollup is set right. Gives each day with what differed in it. Safe while events arrive."""
    start, end = hour_of(window.start), hour_after(window.end)
    while start < end:
        day = Window(start, min(start + _STRIDE, end))
        found = recount.differences(day)
        if repair:
            recount.repair(found)
        yield day, found
        start = day.end
