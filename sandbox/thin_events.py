"""Thin events: what version 2 of the API tells. The notification that is sent names the event and what it is about;
its data is fetched.

They go to the webhook endpoints that ask for their type by its name, never to those that ask for `*`: at Stripe they
go to event destinations of their own, and never to endpoints of snapshot events.
"""

from typing import Any

from sandbox.context import Context
from sandbox.jsons import Json, dumps, loads
from sandbox.protocol.moments import written
from sandbox.state.outbox import enqueue

KIND = "v2.core.event"
REPORT, NO_METER = "v1.billing.meter.error_report_triggered", "v1.billing.meter.no_meter_found"
TYPES = frozenset((REPORT, NO_METER))


def record(ctx: Context, kind: str, data: Json, related: Json | None) -> None:
    """Stores the event with its data, and a delivery for each endpoint that names its type."""
    event: Json = {
        "id": ctx.new_id("evt_test_"),
        "object": KIND,
        "context": None,
        "created": written(ctx.now),
        "data": data,
        "livemode": False,
        "reason": None,
        "type": kind,
    }
    if related is not None:
        event["related_object"] = related
    ctx.store.put(event)
    subscribed: list[list[Any]] = ctx.store.note("endpoints", [])
    for endpoint in (endpoint for endpoint, types in subscribed if kind in types):
        enqueue(ctx.store, event["id"], endpoint, ctx.account_now)


def sent(body: bytes) -> bytes:
    """What is sent of a stored event: a thin one goes without its data."""
    if b'"object":"v2.core.event"' not in body:
        return body
    event = loads(body)
    return dumps({name: value for name, value in event.items() if name != "data"}) if event["object"] == KIND else body
