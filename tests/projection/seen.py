"""Sightings made up for a test, and what they leave in the tables."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.conf import settings
from django.db import models

from billing.models import StripeObject
from billing.projection.apply import apply
from billing.projection.sighting import Applied, Fetched, Sighting
from billing.projection.snapshot import Projectable
from tests.projection.snapshots import START, Snapshot

_keys = count(1)


def at(unix: int) -> datetime:
    return datetime.fromtimestamp(unix, tz=UTC)


def sighting(snapshot: Snapshot, time: int = START, **given: Any) -> Sighting:
    """An event of our API version about the object; a key of its own unless one is given."""
    kind = snapshot["object"]
    defaults = {
        "key": f"evt_{next(_keys):06d}",
        "event_type": f"{'customer.subscription' if kind == 'subscription' else kind}.updated",
        "previous": {},
        "api_version": settings.STRIPE_API_VERSION,
        "livemode": False,
    }
    values = {"stripe_id": snapshot["id"], "object_type": kind, "snapshot": snapshot, "time": time}
    return Sighting(**{**defaults, **values, **given})


def told(*snapshots: Snapshot, time: int = START) -> Applied:
    """Apply an event about each."""
    return apply([sighting(snapshot, time) for snapshot in snapshots])


def answered(snapshot: Snapshot, noted_version: int = 0) -> Applied:
    """Apply what the API answered for an object that had this version in our table when we asked."""
    return apply([], [Fetched(snapshot["id"], snapshot["object"], snapshot, noted_version)])


def stored(stripe_id: str) -> StripeObject:
    return StripeObject.objects.get(stripe_id=stripe_id)


def projectable(snapshot: Snapshot, organization: models.Model | None = None, **given: Any) -> Projectable:
    return Projectable(snapshot["id"], snapshot, organization.pk if organization else None, **given)


def columns(row: models.Model, *but: str) -> dict[str, Any]:
    """Every column of the row as the database has it, without its number and those named."""
    skipped = {"id", *but}
    fresh = type(row)._default_manager.get(pk=row.pk)
    fields = [field for field in fresh._meta.concrete_fields if field.attname not in skipped]
    return {field.attname: getattr(fresh, field.attname) for field in fields}


def only(model: type[models.Model], *but: str) -> dict[str, Any]:
    """The columns of the table's only row."""
    return columns(model._default_manager.get(), *but)
