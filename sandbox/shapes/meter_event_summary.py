"""The shape of a summary of meter events."""

import sqlite3

from sandbox.ids import token
from sandbox.jsons import Json
from sandbox.state.usage_rows import used


def summary_id(meter_id: str, customer: str, start: int, end: int) -> str:
    """The same span of the same meter and customer has the same id whenever it is asked for."""
    return "mtrusg_test_" + token("meter-event-summary", f"{meter_id}:{customer}:{start}:{end}")


def summary(db: sqlite3.Connection, meter: Json, customer: str, start: int, end: int) -> Json:
    return {
        "id": summary_id(meter["id"], customer, start, end),
        "object": "billing.meter_event_summary",
        "aggregated_value": used(db, meter, customer, start, end),
        "end_time": end,
        "livemode": False,
        "meter": meter["id"],
        "start_time": start,
    }
