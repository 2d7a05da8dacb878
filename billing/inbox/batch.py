"""One batch of claimed events, inside its transaction: apply, run handlers, write effects, mark."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.utils import timezone

from billing.gateway.fields import required_moment
from billing.inbox import marks
from billing.inbox.decode import Decoded, belongs_here, decode, without_persons
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


def run(rows: Sequence[WebhookEvent], fetched: Sequence[Fetched]) -> Outcome:
    """Process the claimed rows; `fetched` are Stripe's answers for the objects that were doubtful before."""
    events = [decode(row) for row in rows if belongs_here(row)]
    applied = apply([one.sighting for one in events if one.sighting], fetched)
    events = [_as_kept(one, applied) for one in events]
    outcome, effects, done, early = Outcome(applied), Effects(), list[WebhookEvent](), list[WebhookEvent]()
    for one in events:
        verdict = applied.verdicts.get(one.sighting.key) if one.sighting else Verdict.APPLIED
        if one.sighting and verdict is Verdict.DOUBTFUL:
            outcome.doubtful_events[one.row.pk] = one.sighting.stripe_id
        elif verdict is Verdict.TOO_EARLY:
            early.append(one.row)
        else:
            done.append(_conclude(one, verdict is Verdict.SUPERSEDED, applied, effects))
    effects.write()
    marks.keep_scrubbed([one.row for one in events if one.is_scrubbed])
    _mark(done, early, [row for row in rows if not belongs_here(row)])
    outcome.finished, outcome.early_events = len(done), [row.pk for row in early]
    return outcome


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
    logger.debug("Webhook event processed", event_id=row.stripe_event_id, event_type=row.event_type)
    return row


def _event(one: Decoded, row: WebhookEvent) -> Event:
    return Event(
        id=one.body.id,
        type=one.body.type,
        created_at=required_moment(one.body.created),
        object=one.body.data.object,
        previous=one.body.data.previous_attributes or {},
        organization_id=row.organization_id,
        superseded=row.superseded,
    )


def _mark(done: list[WebhookEvent], early: list[WebhookEvent], foreign: list[WebhookEvent]) -> None:
    now = timezone.now()
    for row in foreign:
        row.status = EventStatus.QUARANTINED
    marks.finish([*done, *foreign], now=now)
    marks.wait_for_owner(early, now=now)
