"""Summaries of meter events: what a customer used in a span of time, as a whole or by hour or day."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.operations.lists import page_of
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import PAGE, Kind, choice, required, text, timestamp
from sandbox.shapes.meter_event_summary import summary, summary_id
from sandbox.state import usage_rows

LIST: dict[str, Kind] = {
    **PAGE,
    "customer": required(text),
    "start_time": required(timestamp),
    "end_time": required(timestamp),
    "value_grouping_window": choice("day", "hour"),
}
_WINDOWS = {"day": (usage_rows.DAY, "UTC day"), "hour": (usage_rows.HOUR, "hour")}


def list_all(ctx: Context) -> Json:
    """One summary of the whole span; with a window one for each that has usage, the latest first."""
    meter = ctx.load("billing.meter", ctx.path["id"], noun="meter")
    customer = ctx.load("customer", ctx.params["customer"], "customer")["id"]
    start, end = ctx.params["start_time"], ctx.params["end_time"]
    size, word = _WINDOWS.get(ctx.param("value_grouping_window", ""), (60, "minute"))
    _check(start, end, size, word)
    if size == 60:
        starts, size = [start], end - start
    else:
        starts = usage_rows.windows(ctx.store.db, meter, customer, start, end, size)
    entries = [{"id": summary_id(meter["id"], customer, at, at + size), "at": at} for at in starts]
    found = page_of(ctx, f"/v1/billing/meters/{meter['id']}/event_summaries", entries)
    found["data"] = [summary(ctx.store.db, meter, customer, entry["at"], entry["at"] + size) for entry in found["data"]]
    return found


def _check(start: int, end: int, size: int, word: str) -> None:
    for name, moment in (("start_time", start), ("end_time", end)):
        if moment % size:
            raise invalid(f"`{name}` must be aligned with {word} boundaries.", name)
    if start >= end:
        raise invalid("`start_time` must be before `end_time`.", "start_time")
