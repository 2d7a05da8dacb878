"""Why an amount moved, as far as two states tell. A cause explains a movement; it never decides its kind."""

from collections.abc import Mapping

from analytics.metrics.mrr import ItemRevenue
from analytics.metrics.states import Item
from analytics.models.mrr_movement import Cause, Part

Known = Mapping[str, ItemRevenue]


def cause_of(item: str, part: str, delta: int, before: Known, after: Known) -> Cause:
    """`before` and `after` are all items of the subscription, by id, as they were on either side."""
    if part == Part.PAUSE:
        return Cause.PAUSE if delta < 0 else Cause.RESUME
    old, new = before.get(item), after.get(item)
    if new is None:
        return Cause.ITEM_REMOVED if after else Cause.END
    if old is None:
        return Cause.ITEM_ADDED if before else Cause.START
    return _status_cause(old, new) or _item_cause(old.item, new.item) or _worth_cause(old, new)


def _status_cause(old: ItemRevenue, new: ItemRevenue) -> Cause | None:
    """The item was there on both sides, but counted on one only."""
    if new.recurring == 0 and new.reason not in ("", "free", "discounted", "metered"):
        return Cause.END if new.reason in ("canceled", "incomplete_expired") else Cause.STATUS
    if old.recurring == 0 and old.reason == "trialing":
        return Cause.TRIAL_END
    return Cause.STATUS if old.recurring == 0 and old.worth else None


def _item_cause(old: Item, new: Item) -> Cause | None:
    if old.product != new.product:
        return Cause.PLAN
    if (old.interval, old.interval_count) != (new.interval, new.interval_count):
        return Cause.INTERVAL
    return Cause.PRICE if old.price != new.price else None


def _worth_cause(old: ItemRevenue, new: ItemRevenue) -> Cause:
    return Cause.QUANTITY if old.item.quantity != new.item.quantity else Cause.DISCOUNT
