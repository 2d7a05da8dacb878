"""How events are applied one by one through the ORM, as is usual."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from bench.client import Load
from bench.timing import timed
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, handlers_of
from billing.models import StripeObject, WebhookEvent
from billing.projection.apply import resolve
from billing.projection.expected import TABLES, Table, standing_on
from billing.projection.snapshot import Projectable

Json = dict[str, Any]


def one_by_one(*, effects: bool) -> Load:
    """Every event of the inbox in a transaction of its own: lock it, get what it is about, set it, save it.

    The mapping from snapshot to rows is the product's. With `effects` it also does what the product's handlers ask
    for (the log's entries, the facts), as ours does; without, it does less. Events of one second it takes as they come.
    """
    ids = list(WebhookEvent.objects.order_by("id").values_list("pk", flat=True))
    return timed([lambda pk=pk: _apply(pk, effects) for pk in ids])


@transaction.atomic
def _apply(pk: int, with_effects: bool) -> int:
    row = WebhookEvent.objects.select_for_update().get(pk=pk)
    event = json.loads(row.payload)
    snapshot = event["data"]["object"]
    owner, superseded = _store(snapshot, event) if snapshot.get("id") else (None, False)
    if with_effects:
        _heed(event, owner, superseded)
    row.status, row.processed_at, row.organization_id, row.superseded = "processed", timezone.now(), owner, superseded
    row.save()
    return 200


def _store(snapshot: Json, event: Json) -> tuple[int | None, bool]:
    """(the organization, whether a newer snapshot was there). The snapshot's row is the lock and the guard."""
    made_at = datetime.fromtimestamp(event["created"], tz=UTC)
    stored = StripeObject.objects.select_for_update().filter(stripe_id=snapshot["id"]).first()
    superseded = stored is not None and stored.event_time is not None and stored.event_time > made_at
    if superseded:
        return _owner_of(stored), True
    row = stored or StripeObject(stripe_id=snapshot["id"], object_type=snapshot["object"])
    row.snapshot, row.event_time, row.event_type = snapshot, made_at, event["type"]
    row.deleted = event["type"].endswith(".deleted") and snapshot["object"] == "customer"
    row.save()
    projectables, _ = resolve([row])
    for one in projectables:
        for table in TABLES.get(row.object_type, []):
            _save_rows(table, one)
        return one.organization_id, False
    return None, False


def _owner_of(row: Any) -> int | None:
    projectables, _ = resolve([row])
    return projectables[0].organization_id if projectables else None


def _save_rows(table: Table, one: Projectable) -> None:
    wanted = table.rows(one)
    for row in wanted:
        same = {table.key: getattr(row, table.key)}
        present = table.model._default_manager.select_for_update().filter(**same).first()
        _save_row(table, row, present)
    if table.parent:
        gone = table.model._default_manager.filter(**{table.parent: one.stripe_id})
        gone.exclude(**{f"{table.key}__in": [getattr(row, table.key) for row in wanted]}).delete()


def _save_row(table: Table, row: models.Model, present: models.Model | None) -> None:
    if present is None:
        row.save()
        return
    said = standing_on(row, present)
    for name in table.fields:
        column = table.model._meta.get_field(name).attname  # what a key names need not be there yet
        setattr(present, column, getattr(said, column))
    present.save()


def _heed(event: Json, owner: int | None, superseded: bool) -> None:
    effects = Effects()
    told = Event(
        id=event["id"],
        type=event["type"],
        created_at=datetime.fromtimestamp(event["created"], tz=UTC),
        object=event["data"]["object"],
        previous=event["data"].get("previous_attributes") or {},
        organization_id=owner,
        superseded=superseded,
    )
    for handler in handlers_of(event["type"]):
        handler(told, effects)
    effects.write()
