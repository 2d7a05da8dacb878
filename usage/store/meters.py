"""Meters: made and changed here alone, with an entry in the audit log."""

from django.db import transaction

from audit.actor import Actor
from audit.context import acting
from audit.record import record
from usage.domain.aggregation import Aggregation
from usage.models.meter import Meter

# What decides how events are counted
_FIXED = ("aggregation", "event_type", "value_property", "unit")


class CannotChangeMeter(Exception):
    """The meter has events that were counted by its old definition; make a new meter instead."""

    code = "meter_has_events"


def ensure_meter(
    *,
    code: str,
    name: str,
    event_type: str,
    value_property: str = "value",
    unit: str = "unit",
    aggregation: Aggregation = Aggregation.SUM,
    by: Actor,
) -> Meter:
    """The meter with this code as described: made where it is missing, changed where it differs, else left alone.

    Raises CannotChangeMeter where more than the name differs and events have been counted.
    """
    wanted = {
        "name": name,
        "aggregation": str(aggregation),
        "event_type": event_type,
        "value_property": value_property,
        "unit": unit,
    }
    with transaction.atomic(), acting(by):
        meter, created = Meter.objects.select_for_update().get_or_create(code=code, defaults=wanted)
        if created:
            record("meter.created", target=("meter", code), organization_id=None, after=wanted)
        else:
            _change(meter, wanted)
    return meter


def _change(meter: Meter, wanted: dict[str, str]) -> None:
    before = {field: getattr(meter, field) for field in wanted if getattr(meter, field) != wanted[field]}
    if not before:
        return
    if any(field in before for field in _FIXED) and meter.events.exists():
        raise CannotChangeMeter(f"{meter.code} has events, so only its name may change; make a new meter.")
    after = {field: wanted[field] for field in before}
    for field, value in after.items():
        setattr(meter, field, value)
    meter.save(update_fields=list(after))
    record("meter.changed", target=("meter", meter.code), organization_id=None, before=before, after=after)
