"""Billing meters: which events count, for whom, and how they add up."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import PAGE, Kind, choice, mapping, required, short

CREATE: dict[str, Kind] = {
    "display_name": required(short(250)),
    "event_name": required(short(100)),
    "default_aggregation": required(mapping({"formula": required(choice("count", "last", "sum"))})),
    "customer_mapping": mapping({"event_payload_key": required(short(100)), "type": required(choice("by_id"))}),
    "value_settings": mapping({"event_payload_key": required(short(100))}),
    "event_time_window": choice("day", "hour"),
}
BY_ID = {"event_payload_key": "stripe_customer_id", "type": "by_id"}
UPDATE: dict[str, Kind] = {"display_name": short(250)}
LIST: dict[str, Kind] = {**PAGE, "status": choice("active", "inactive")}


def create(ctx: Context) -> Json:
    given = ctx.params
    _claim(ctx, given["event_name"])
    meter = {
        "id": ctx.new_id("mtr_test_"),
        "object": "billing.meter",
        "created": ctx.now,
        "customer_mapping": given.get("customer_mapping") or dict(BY_ID),
        "default_aggregation": given["default_aggregation"],
        "display_name": given["display_name"],
        "event_name": given["event_name"],
        "event_time_window": given.get("event_time_window"),
        "livemode": False,
        "status": "active",
        "status_transitions": {"deactivated_at": None},
        "updated": ctx.now,
        "value_settings": given.get("value_settings") or {"event_payload_key": "value"},
    }
    return public(ctx.create(meter, "billing.meter.created"))


def _claim(ctx: Context, event_name: str) -> None:
    """An event name belongs to one active meter."""
    for other in ctx.store.find("billing.meter", tag=event_name, status="active"):
        raise invalid(f"An active meter (`{other['id']}`) already uses the event name {event_name}.", "event_name")


def update(ctx: Context) -> Json:
    meter = ctx.load("billing.meter", ctx.path["id"], noun="meter")
    if "display_name" in ctx.params:
        meter.update(display_name=ctx.params["display_name"], updated=ctx.now)
    return public(ctx.update(meter, "billing.meter.updated"))


def deactivate(ctx: Context) -> Json:
    """No more events are accepted; what was counted is still billed."""
    meter = _in_status(ctx, "active")
    meter.update(status="inactive", status_transitions={"deactivated_at": ctx.now}, updated=ctx.now)
    return public(ctx.update(meter, "billing.meter.deactivated"))


def reactivate(ctx: Context) -> Json:
    meter = _in_status(ctx, "inactive")
    _claim(ctx, meter["event_name"])
    meter.update(status="active", status_transitions={"deactivated_at": None}, updated=ctx.now)
    return public(ctx.update(meter, "billing.meter.reactivated"))


def _in_status(ctx: Context, status: str) -> Json:
    meter = ctx.load("billing.meter", ctx.path["id"], noun="meter")
    if meter["status"] != status:
        raise invalid(f"This meter is {meter['status']}; only {status} meters can be changed in this way.", "id")
    return meter


def list_all(ctx: Context) -> Json:
    return page(ctx, "billing.meter", "/v1/billing/meters", status=ctx.param("status"))
