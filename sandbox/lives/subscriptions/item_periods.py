"""The periods of a subscription's items: each on the interval of its own price, all counted from one anchor."""

from collections.abc import Iterable

from sandbox.jsons import Json
from sandbox.money.periods import later, next_boundary, previous_boundary


def interval_of(price: Json) -> tuple[str, int]:
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def shortest_interval(items: list[Json], start: int) -> int:
    """When the first of these items would naturally renew, if it started at `start`; Unix seconds."""
    return min(later(start, *interval_of(item["price"])) for item in items)


def set_anchor(subscription: Json, moment: int, grid: int | None = None) -> None:
    """`grid` is given where a short month cuts the day of the anchor: the moment that boundaries are counted from."""
    subscription["billing_cycle_anchor"] = moment
    subscription["_"]["grid"] = grid


def _grid(subscription: Json) -> int:
    return int(subscription["_"].get("grid") or subscription["billing_cycle_anchor"])


def boundary_after(subscription: Json, item: Json, moment: int) -> int:
    """The item's first boundary after `moment`."""
    return next_boundary(_grid(subscription), *interval_of(item["price"]), moment)


def whole_period(subscription: Json, item: Json) -> tuple[int, int]:
    """From boundary to boundary around the item's period: longer than it at a stub, or before a cancellation."""
    end = boundary_after(subscription, item, item["current_period_end"] - 1)
    return previous_boundary(_grid(subscription), *interval_of(item["price"]), end), end


def begin(subscription: Json, items: Iterable[Json], start: int) -> None:
    """New periods from `start` to each item's next boundary, or to a cancellation that was set before it."""
    cancel = None if subscription["cancel_at_period_end"] else subscription["cancel_at"]
    for item in items:
        end = boundary_after(subscription, item, start)
        cut = cancel if cancel and start < cancel < end else end
        item.update(current_period_start=start, current_period_end=cut)


def fill(subscription: Json, items: Iterable[Json], moment: int) -> None:
    """The whole period, from boundary to boundary, in which each item is at `moment`."""
    for item in items:
        item["current_period_end"] = boundary_after(subscription, item, moment)
        start, end = whole_period(subscription, item)
        item.update(current_period_start=start, current_period_end=end)


def set_all(subscription: Json, start: int, end: int) -> None:
    """One period for all items, as on a trial."""
    for item in subscription["items"]["data"]:
        item.update(current_period_start=start, current_period_end=end)


def due(subscription: Json, now: int) -> list[Json]:
    """The items whose period has ended."""
    return [item for item in subscription["items"]["data"] if item["current_period_end"] <= now]


def place_new(subscription: Json, old: list[Json], now: int) -> None:
    """Items that came or changed their interval share the period of one that has their interval, else begin now."""
    placed = {item["id"]: interval_of(item["price"]) for item in old}
    like = {interval_of(item["price"]): item for item in reversed(old)}
    for item in subscription["items"]["data"]:
        interval = interval_of(item["price"])
        if placed.get(item["id"]) == interval:
            continue
        model = old[0] if subscription["status"] == "trialing" else like.get(interval)
        if model is None:
            begin(subscription, [item], now)
        else:
            ends = {name: model[name] for name in ("current_period_start", "current_period_end")}
            item.update(ends)
