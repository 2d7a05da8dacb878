"""One batch of claimed events, inside its transaction: apply, run handlers, write effects, mark."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.utils import timezone

from billing.inbox import marks
from billing.inbox.decode import Decoded, decode, is_foreign, without_persons
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, handlers_of
from billing.models import WebhookEvent
from billing.models.webhook_event import EventStatus
from billing.projection.apply import apply
from billing.projection.nouns import is_projected
from billing.projection.sighting import Applied, Fetched, Verdict

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Outcome:
    """`early_events` are the primary keys of events whose owner is not known yet; `doubtful_events` those of events
    whose objects have to be fetched first, with the objects' ids."""

    applied: Applied
    finished: int = 0
    early_events: list[int] = field(default_factory=list)
    doubtful_events: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Looked:
    """What applying a batch came to, before it is marked: `done` events with their new state, `early` ones, and the
    effects that handlers asked for."""

    applied: Applied
    effects: Effects = field(default_factory=Effects)
    done: list[WebhookEvent] = field(default_factory=list)
    early: list[WebhookEvent] = field(default_factory=list)
    doubtful: dict[int, str] = field(default_factory=dict)
    scrubbed: list[WebhookEvent] = field(default_factory=list)


def run(rows: Sequence[WebhookEvent], fetched: Sequence[Fetched]) -> Outcome:
    """Process the claimed rows; `fetched` are Stripe's answers for the objects that were doubtful before."""
    looked, now = look(rows, fetched), timezone.now()
    looked.effects.write()
    marks.keep_scrubbed(looked.scrubbed)
    marks.finish(looked.done, now=now)
    marks.wait_for_owner(looked.early, now=now)
    for row in looked.done:
        logger.info("Webhook event processed", event_id=row.stripe_event_id, event_type=row.event_type)
    ours = sum(row.status != EventStatus.QUARANTINED for row in looked.done)
    return Outcome(looked.applied, ours, [row.pk for row in looked.early], looked.doubtful)


def look(rows: Sequence[WebhookEvent], fetched: Sequence[Fetched]) -> Looked:
    """Apply the rows' snapshots and hear the handlers; neither effects nor states are written yet."""
    of_our_mode = [row for row in rows if row.livemode == settings.STRIPE_LIVE_MODE]
    decoded = [decode(row) for row in of_our_mode]
    events = [one for one in decoded if not is_foreign(one)]
    foreign = {row.pk for row in rows} - {one.row.pk for one in events}
    applied = apply([one.sighting for one in events if one.sighting], fetched)
    events = [_as_kept(one, applied) for one in events]
    looked = Looked(applied, scrubbed=[one.row for one in events if one.is_scrubbed])
    for one in events:
        verdict = applied.verdicts.get(one.sighting.key) if one.sighting else Verdict.APPLIED
        if one.sighting and verdict is Verdict.DOUBTFUL:
            looked.doubtful[one.row.pk] = one.sighting.stripe_id
        elif verdict is Verdict.TOO_EARLY:
            looked.early.append(one.row)
        else:
            looked.done.append(_conclude(one, verdict is Verdict.SUPERSEDED, applied, looked.effects))
    for row in rows:
        if row.pk in foreign:
            row.status = EventStatus.QUARANTINED
            looked.done.append(row)
    return looked


def _as_kept(one: Decoded, applied: Applied) -> Decoded:
    """The event; of an erased customer without what tells of persons, for handlers and to be stored."""
    owner = applied.owners.get(one.sighting.stripe_id) if one.sighting else None
    return without_persons(one) if owner in applied.erased else one


def _conclude(one: Decoded, superseded: bool, applied: Applied, effects: Effects) -> WebhookEvent:
    row, handlers = one.row, handlers_of(one.body.type)
    row.superseded = superseded
    row.organization_id = applied.owners.get(one.sighting.stripe_id) if one.sighting else None
    known = bool(handlers) or (one.sighting is not None and is_projected(one.sighting.object_type))
    row.status = EventStatus.PROCESSED if known else EventStatus.IGNORED
    event = _event(one, row)
    for handler in handlers:
        handler(event, effects)
    return row


def _event(one: Decoded, row: WebhookEvent) -> Event:
    return Event(
        id=one.body.id,
        type=one.body.type,
        created_at=one.body.created_at,
        object=one.body.data.object,
        previous=one.body.data.previous_attributes or {},
        organization_id=row.organization_id,
        superseded=row.superseded,
    )
