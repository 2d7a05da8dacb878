"""A schedule from its parameters, and what of it is set as it is given."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.clocks.timelines import check_room
from sandbox.lives.payments.attaching import owned
from sandbox.nouns.schedules.schedule_building import phases_of
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.subscription_schedule import subscription_schedule

CLASSIC: Json = {"flexible": None, "type": "classic"}


def build(ctx: Context, given: Json) -> Json:
    """A schedule with its phases, not stored and not started."""
    customer = ctx.load("customer", given["customer"], "customer")
    made = subscription_schedule(ctx.new_id("sub_sched_"), ctx.now, customer)
    if (given.get("billing_mode") or {}).get("type") == "classic":
        made["billing_mode"] = dict(CLASSIC)
    set_fields(ctx, made, given)
    wanted = given.get("start_date", "now")
    start = ctx.now if wanted == "now" else wanted
    made["phases"] = phases_of(ctx, customer, given.get("phases") or [], start)
    if made["phases"][0]["end_date"] <= ctx.now:
        raise invalid("The first phase of a new subscription schedule cannot be over.", "start_date")
    check_room(ctx, customer)
    check_collection(made)
    return made


def set_fields(ctx: Context, schedule: Json, given: Json) -> None:
    schedule["end_behavior"] = given.get("end_behavior", schedule["end_behavior"])
    schedule["metadata"] = merge_metadata(schedule["metadata"], given.get("metadata", {}))
    settings, wanted = schedule["default_settings"], dict(given.get("default_settings") or {})
    settings["invoice_settings"].update(wanted.pop("invoice_settings", {}))
    method = wanted.pop("default_payment_method", None)
    if method:
        path = "default_settings[default_payment_method]"
        settings["default_payment_method"] = owned(ctx, method, schedule["customer"], path)["id"]
    settings.update(wanted)


def check_collection(schedule: Json) -> None:
    """`send_invoice` asks for the days until due, of the phase or of the default settings."""
    defaults = schedule["default_settings"]
    for index, phase in enumerate(schedule["phases"]):
        invoices = phase["invoice_settings"] or defaults["invoice_settings"]
        method = phase["collection_method"] or defaults["collection_method"]
        if method == "send_invoice" and invoices["days_until_due"] is None:
            raise invalid(
                "You must pass `invoice_settings[days_until_due]` when `collection_method` is send_invoice.",
                f"phases[{index}][invoice_settings][days_until_due]",
            )
