"""The state of an event after it was looked at."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils import timezone
from prometheus_client import Counter

from audit.record import Entry, record_all
from audit.redaction import redact_text
from billing.domain.retry import MAX_LOSSES, delay_after, is_exhausted
from billing.models import DeadLetter, WebhookAttempt, WebhookEvent
from billing.models.webhook_event import EventStatus
from billing.projection.snapshot import TooEarly

FINISH = """
UPDATE billing_webhookevent AS event
SET status = done.status, superseded = done.superseded, organization_id = done.organization_id,
    processed_at = %s, error_code = '', error_message = '', claim = NULL
FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::bigint[]) AS done(id, status, superseded, organization_id)
WHERE event.id = done.id
"""
FAILED_FIELDS = ["status", "retry_count", "next_retry_at", "error_code", "error_message", "claim", "processed_at"]
QUICK_RETRIES = 6
TOO_EARLY_DELAY = timedelta(seconds=5)  # what is missing is usually on its way
LOST = "WorkerLost"

logger = structlog.get_logger(__name__)
events_total = Counter("stripe_webhook_events_total", "Events by what became of them", ["type", "status"])


def finish(rows: Iterable[WebhookEvent], *, now: datetime) -> None:
    """Write what became of the rows, in one statement; the caller has set status, superseded and owner."""
    done = list(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            FINISH,
            [
                now,
                [row.pk for row in done],
                [str(row.status) for row in done],
                [row.superseded for row in done],
                [row.organization_id for row in done],
            ],
        )
    again = [row for row in done if row.retry_count or row.losses]
    WebhookAttempt.objects.bulk_create([WebhookAttempt(event=row, at=now, outcome=row.status) for row in again])
    for row in done:
        events_total.labels(row.event_type, row.status).inc()


def keep_scrubbed(rows: Sequence[WebhookEvent]) -> None:
    """Store the payloads of erased customers' events as they may be kept."""
    if rows:
        WebhookEvent.objects.bulk_update(rows, ["payload"])


def wait_for_owner(rows: Iterable[WebhookEvent], *, now: datetime) -> None:
    """Too early: the object that says whose this is has not arrived. Tried again in seconds, then with the backoff of
    one that failed for the first time."""
    for row in rows:
        _count_failure(row, TooEarly("Whose the object is, is not known yet."), now, quick=QUICK_RETRIES)


def fail(event_id: int, error: BaseException, *, claim: UUID) -> int:
    """Count the failure of one event, in a transaction of its own; returns 1, or 0 where another worker has it."""
    with transaction.atomic():
        held = WebhookEvent.objects.select_for_update().filter(id=event_id, claim=claim, status=EventStatus.PROCESSING)
        row = held.first()
        if row is None:
            return 0
        _count_failure(row, error, timezone.now())
    return 1


def note_losses(ids: Sequence[int], *, now: datetime) -> None:
    """The workers that held these events vanished."""
    WebhookAttempt.objects.bulk_create(
        [WebhookAttempt(event_id=event_id, at=now, outcome="lost", error_code=LOST) for event_id in ids]
    )


def give_up_killers(ids: Sequence[int], *, now: datetime) -> None:
    """Each of these was alone when its worker vanished, several times over."""
    for row in WebhookEvent.objects.filter(id__in=ids):
        row.error_code = LOST
        row.error_message = f"{MAX_LOSSES} workers vanished while they processed it, the last ones with it alone."
        _bury(row, now)
        _save(row, "lost", now)


def _count_failure(row: WebhookEvent, error: BaseException, now: datetime, *, quick: int = 0) -> None:
    """The first `quick` tries follow each other in seconds, and count neither for the backoff nor for the end."""
    row.retry_count += 1
    counted = row.retry_count - quick
    row.error_code = type(error).__name__
    row.error_message = redact_text(str(error))[:2000]
    if is_exhausted(counted):
        _bury(row, now)
    else:
        row.status = EventStatus.FAILED
        delay = delay_after(counted, jitter=random.random())  # noqa: S311 - no secret
        row.next_retry_at = now + (delay if counted > 0 else TOO_EARLY_DELAY)
    _save(row, "failed", now)


def _bury(row: WebhookEvent, now: datetime) -> None:
    """Nobody tries it again by itself: it becomes work for a person."""
    row.status, row.next_retry_at = EventStatus.DEAD, now
    DeadLetter.objects.create(
        event=row,
        died_at=now,
        attempts=row.retry_count,
        error_code=row.error_code,
        error_message=row.error_message,
    )
    record_all(
        [
            Entry(
                "webhook.died",
                ("webhook_event", row.stripe_event_id),
                row.organization_id,
                after={"type": row.event_type, "object": row.object_id, "error_code": row.error_code},
            )
        ]
    )
    logger.error("webhook_dead_letter", event_id=row.stripe_event_id, event_type=row.event_type, code=row.error_code)


def _save(row: WebhookEvent, outcome: str, now: datetime) -> None:
    row.claim = None
    row.save(update_fields=FAILED_FIELDS)
    WebhookAttempt.objects.create(
        event=row,
        at=now,
        outcome=outcome,
        error_code=row.error_code,
        error_message=row.error_message,
        next_retry_at=row.next_retry_at if row.status == EventStatus.FAILED else None,
    )
    events_total.labels(row.event_type, row.status).inc()
