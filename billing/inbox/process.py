"""Turn stored events into rows, facts and effects, in sets.

A batch is claimed with `FOR UPDATE SKIP LOCKED` and finished in one transaction: a worker that dies leaves its
events as they were. Where a batch fails, its events are taken one by one, so that a poisonous one holds up nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from audit.actor import STRIPE
from audit.context import acting
from billing.enqueue import enqueue
from billing.gateway.errors import StripeFault
from billing.inbox import marks
from billing.inbox.batch import Outcome, run
from billing.inbox.fetching import fetch_doubtful
from billing.inbox.receive import PROCESS_TASK
from billing.models import WebhookEvent
from billing.projection.sighting import Fetched

BATCH = 500
ROUNDS = 3  # how often an object is fetched again because somebody wrote it meanwhile

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Tally:
    """What one pass did. `put_off` are the primary keys of events that failed and are tried again later or dead;
    `early` those among them that came before the object that says whose they are."""

    succeeded: int = 0
    put_off: list[int] = field(default_factory=list)
    early: list[int] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len(self.put_off)

    @property
    def processed(self) -> int:
        return self.succeeded + self.failed

    def add(self, other: "Tally") -> None:
        self.succeeded += other.succeeded
        self.put_off += other.put_off
        self.early += other.early


def process_due(*, now: datetime | None = None, limit: int | None = None) -> Tally:
    """Process every event that is due at `now` (UTC), oldest first, until none is left or `limit` is reached.

    An event is tried once a pass; one that was too early is tried once more at its end.
    """
    total = Tally()
    with acting(STRIPE, source="inbox"):
        while limit is None or total.processed < limit:
            wanted = BATCH if limit is None else min(BATCH, limit - total.processed)
            ids = _due_ids(now or timezone.now(), wanted, total.put_off)
            tally = _process(ids) if ids else Tally()
            if tally.processed == 0:
                break  # nothing is due, or other workers hold it
            total.add(tally)
        if total.early and total.succeeded:
            _retry_early(total)
    if total.early:
        enqueue(PROCESS_TASK, after=marks.TOO_EARLY_DELAY)
    return total


def _retry_early(total: Tally) -> None:
    """What they waited for has probably just been processed."""
    early, total.early = set(total.early), []
    total.put_off = [event_id for event_id in total.put_off if event_id not in early]
    total.add(_process(sorted(early)))


def _due_ids(now: datetime, count: int, tried: Sequence[int]) -> list[int]:
    due = WebhookEvent.objects.due(now=now).exclude(id__in=tried).order_by("stripe_created_at", "id")
    return list(due.values_list("id", flat=True)[:count])


def _process(ids: Sequence[int]) -> Tally:
    try:
        return _process_together(ids)
    except Exception:
        logger.warning("webhook_batch_failed", events=len(ids), exc_info=True)
    total = Tally()
    for event_id in ids:
        total.add(_process_alone(event_id))
    return total


def _process_alone(event_id: int) -> Tally:
    try:
        return _process_together([event_id])
    except Exception as error:
        logger.warning("webhook_event_failed", row=event_id, exc_info=True)
        return Tally(put_off=[event_id] * marks.fail(event_id, error))


def _process_together(ids: Sequence[int]) -> Tally:
    """Apply the events; then fetch what only Stripe can settle, and apply the rest with the answers."""
    tally = Tally()
    pending, fetched = list(ids), list[Fetched]()
    for _ in range(ROUNDS):
        outcome = _commit(pending, fetched)
        tally.add(Tally(outcome.finished, outcome.early_events[:], outcome.early_events[:]))
        if not outcome.doubtful_events:
            return tally
        answers = fetch_doubtful(outcome.applied)
        asked = [(event_id, answers.faults.get(of)) for event_id, of in outcome.doubtful_events.items()]
        tally.add(_postpone([(event_id, fault) for event_id, fault in asked if fault]))
        pending, fetched = [event_id for event_id, fault in asked if not fault], answers.fetched
    tally.add(_postpone([(event_id, _contended()) for event_id in pending]))
    return tally


def _commit(ids: Sequence[int], fetched: Sequence[Fetched]) -> Outcome:
    with transaction.atomic():
        rows = WebhookEvent.objects.select_for_update(skip_locked=True).filter(id__in=ids, status__in=marks.OPEN)
        return run(list(rows.order_by("stripe_created_at", "id")), fetched)


def _postpone(faults: Sequence[tuple[int, StripeFault]]) -> Tally:
    return Tally(put_off=[event_id for event_id, fault in faults if marks.fail(event_id, fault)])


def _contended() -> StripeFault:
    return StripeFault("The object changed each time it was fetched.", code="contended")
