"""What processing events would change, without changing it.

The events are really applied, by the code that would apply them, in a transaction that is always rolled back: so what
is shown cannot differ from what is done. Nothing is asked of Stripe; what it would have to settle is said to be so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

from billing.inbox.batch import look
from billing.inbox.decode import DecodeError, decode
from billing.models import WebhookEvent
from billing.projection.typed_rows import Rows, typed_rows


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of one row. `before` is None and `is_new` where the row is not there yet."""

    model: str
    row: str
    field: str
    before: Any
    after: Any
    is_new: bool = False


@dataclass(slots=True)
class Forecast:
    """What would come of the events. `effects` are (kind, business key): facts and entries of the log;
    `known_effects` those among them that are there already, and would not be made again. `verdict` by event id:
    "newer", "older", "early" (nobody knows whose it is), "ask Stripe", or an error in words."""

    changes: list[FieldChange] = field(default_factory=list)
    effects: list[tuple[str, str]] = field(default_factory=list)
    known_effects: list[tuple[str, str]] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)

    @property
    def stripe_calls(self) -> int:
        return sum(verdict == "ask Stripe" for verdict in self.verdicts.values())


def forecast(events: Sequence[WebhookEvent]) -> Forecast:
    """What processing these events now would change; nothing is written, and Stripe is not asked. What would fail is
    left out of the rest, as the inbox does it."""
    failing = _failing(events)
    if not failing:
        return _tried(events)
    told = _tried([event for event in events if event.stripe_event_id not in failing])
    told.verdicts |= failing
    return told


def _failing(events: Sequence[WebhookEvent]) -> dict[str, str]:
    """Why, by event id; found by halves."""
    try:
        _tried(events)
    except Exception as error:  # what a handler raises is an answer here
        if len(events) == 1:
            return {events[0].stripe_event_id: f"{type(error).__name__}: {error}"}
        middle = len(events) // 2
        return _failing(events[:middle]) | _failing(events[middle:])
    return {}


def _tried(events: Sequence[WebhookEvent]) -> Forecast:
    told = Forecast()
    with transaction.atomic():
        try:
            _look(WebhookEvent.objects.filter(pk__in=[event.pk for event in events]), told)
        finally:
            transaction.set_rollback(True)
    return told


def _look(rows: Any, told: Forecast) -> None:
    ordered = list(rows.order_by("stripe_created_at", "id"))
    about = [sighting for row in ordered if (sighting := _about(row))]
    before = typed_rows(about)
    looked = look(ordered, [])
    after = typed_rows(about)
    told.changes = _differences(before, after)
    told.effects = [(entry.action, entry.target[1]) for entry in looked.effects.entries]
    for model, made in looked.effects.rows.items():
        _sort_rows(model, made, told)
    told.verdicts = {row.stripe_event_id: "older" if row.superseded else "newer" for row in looked.done}
    told.verdicts |= {row.stripe_event_id: "early" for row in looked.early}
    told.verdicts |= {row.stripe_event_id: "ask Stripe" for row in ordered if row.pk in looked.doubtful}


def _sort_rows(model: type[Model], made: Sequence[Model], told: Forecast) -> None:
    """Rows are made once by their unique key: those that are there are not made again."""
    key = next(field.attname for field in model._meta.concrete_fields if field.unique and not field.primary_key)
    keys = [str(getattr(row, key)) for row in made]
    there = set(model._default_manager.filter(**{f"{key}__in": keys}).values_list(key, flat=True))
    for each in keys:
        (told.known_effects if each in there else told.effects).append((model.__name__, each))


def _about(row: WebhookEvent) -> tuple[str, str] | None:
    try:
        sighting = decode(row).sighting
    except DecodeError:
        return None
    return (sighting.object_type, sighting.stripe_id) if sighting else None


def _differences(before: Rows, after: Rows) -> list[FieldChange]:
    changes = []
    for key in sorted(before.keys() | after.keys()):
        was, is_now = before.get(key, {}), after.get(key, {})
        changes += [
            FieldChange(*key, name, was.get(name), is_now.get(name), is_new=key not in before)
            for name in sorted(was.keys() | is_now.keys())
            if was.get(name) != is_now.get(name)
        ]
    return changes
