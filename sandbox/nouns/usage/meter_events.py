"""Meter events and their adjustments. Neither is an object that can be read again: they only count."""

from typing import Any

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.usage import metering
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import Kind, choice, integer, mapping, required, short
from sandbox.state import usage_rows


def payload(value: Any, path: str) -> dict[str, str]:
    """Names with texts, whatever the names are."""
    entries = value if isinstance(value, dict) else {}
    if not entries or not all(isinstance(entry, str) and len(entry) <= 1000 for entry in entries.values()):
        raise invalid("Invalid payload: it must be a mapping of names to texts.", path, "parameter_invalid_object")
    return dict(entries)


CREATE: dict[str, Kind] = {
    "event_name": required(short(100)),
    "payload": required(payload),
    "identifier": short(100),
    "timestamp": integer(0, 99_999_999_999),
}
ADJUST: dict[str, Kind] = {
    "event_name": required(short(100)),
    "type": required(choice("cancel")),
    "cancel": mapping({"identifier": short(100)}),
}


def create(ctx: Context) -> Json:
    """Validated at once, as Stripe does here; refused events leave nothing behind."""
    event = {**ctx.params, "identifier": ctx.param("identifier") or ctx.new_id("")}
    if usage_rows.recall(ctx.store.db, event["identifier"], ctx.now):
        raise invalid(f"An event already exists with identifier {event['identifier']}.", "identifier")
    try:
        at = metering.count(ctx, event)
    except metering.CannotCount as problem:
        raise problem.refusal() from None
    return {
        "object": "billing.meter_event",
        "created": ctx.now,
        "event_name": event["event_name"],
        "identifier": event["identifier"],
        "livemode": False,
        "payload": event["payload"],
        "timestamp": at,
    }


def adjust(ctx: Context) -> Json:
    """Cancels an event that was received within 24 hours. Stripe answers `pending`; here it counts at once."""
    identifier = (ctx.param("cancel") or {}).get("identifier")
    if not identifier:
        raise missing_parameter("cancel[identifier]")
    metering.cancel(ctx, ctx.params["event_name"], identifier)
    return {
        "object": "billing.meter_event_adjustment",
        "cancel": {"identifier": identifier},
        "event_name": ctx.params["event_name"],
        "livemode": False,
        "status": "pending",
        "type": "cancel",
    }
