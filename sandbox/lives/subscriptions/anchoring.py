"""Where the periods of a new subscription are anchored: now, at a later moment, or on a day of the month."""

import calendar
from datetime import UTC, datetime

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.subscriptions.item_periods import interval_of, set_anchor, shortest_interval
from sandbox.protocol.errors import invalid

_CLOCK = ("hour", "minute", "second")


def place(ctx: Context, subscription: Json, given: Json) -> None:
    """Sets the anchor by `billing_cycle_anchor` or `billing_cycle_anchor_config`, else the trial's end, else now."""
    anchor, config = given.get("billing_cycle_anchor"), given.get("billing_cycle_anchor_config")
    if anchor and config:
        raise invalid(
            "You may only specify one of these parameters: billing_cycle_anchor, billing_cycle_anchor_config.",
            "billing_cycle_anchor_config",
        )
    if config:
        _by_config(ctx, subscription, config)
    elif anchor and anchor not in ("now", "unchanged"):
        _later(ctx, subscription, anchor)
    else:
        set_anchor(subscription, subscription["trial_end"] or ctx.now)


def _later(ctx: Context, subscription: Json, anchor: int) -> None:
    start = subscription["trial_end"] or ctx.now
    if not start <= anchor <= shortest_interval(subscription["items"]["data"], start) or anchor <= ctx.now:
        raise invalid(
            "billing_cycle_anchor cannot be later than next natural billing date, or in the past"
            if anchor > start
            else "billing_cycle_anchor must be in the future, and not before the end of the trial",
            "billing_cycle_anchor",
        )
    set_anchor(subscription, anchor)


def _by_config(ctx: Context, subscription: Json, config: Json) -> None:
    """The next moment on that day (and month) at that time; what is not given of the time is that of now."""
    if any(interval_of(item["price"])[0] in ("day", "week") for item in subscription["items"]["data"]):
        raise invalid(
            "billing_cycle_anchor_config is only valid with monthly and yearly price intervals.",
            "billing_cycle_anchor_config",
        )
    start = datetime.fromtimestamp(subscription["trial_end"] or ctx.now, UTC)
    wanted = {name: config.get(name, getattr(start, name)) for name in _CLOCK}
    base = start.replace(**wanted)
    months = [base.year * 12 + base.month - 1 + step for step in range(13)]
    fitting = [month for month in months if config.get("month") in (None, month % 12 + 1)]
    moments = [_on(base, month, config["day_of_month"]) for month in fitting]
    anchor = next(moment for moment in moments if moment >= int(start.timestamp()))
    set_anchor(subscription, anchor, _uncut(datetime.fromtimestamp(anchor, UTC), config))
    subscription["billing_cycle_anchor_config"] = {
        name: config.get(name) for name in ("day_of_month", *_CLOCK, "month")
    }


def _on(base: datetime, month: int, day: int) -> int:
    year, index = divmod(month, 12)
    last = calendar.monthrange(year, index + 1)[1]
    return int(base.replace(year=year, month=index + 1, day=min(day, last)).timestamp())


def _uncut(anchor: datetime, config: Json) -> int | None:
    """Where the anchor's month is too short for the day: the last earlier month that has it, from which boundaries
    come back to it. A year's anchor on 29 February comes from the last leap year."""
    day = config["day_of_month"]
    step = 12 if config.get("month") else 1
    month = anchor.year * 12 + anchor.month - 1
    for earlier in range(0, 97 if step == 12 else 12, step):
        year, index = divmod(month - earlier, 12)
        if calendar.monthrange(year, index + 1)[1] >= day:
            return None if earlier == 0 else _on(anchor, month - earlier, day)
    return None
