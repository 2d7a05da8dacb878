"""The state of an event after it was looked at."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from prometheus_client import Counter

from audit.redaction import redact_text
from billing.domain.retry import delay_after, is_exhausted
from billing.models import WebhookEvent
from billing.models.webhook_event import WAITING, EventStatus
from billing.projection.snapshot import TooEarly

OPEN = [str(status) for status in WAITING]
FINISH = """
UPDATE billing_webhookevent AS event
SET status = done.status, superseded = done.superseded, organization_id = done.organization_id,
    processed_at = %s, error_code = '', error_message = ''
FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::bigint[]) AS done(id, status, superseded, organization_id)
WHERE event.id = done.id
"""
QUICK_RETRIES = 6
TOO_EARLY_DELAY = timedelta(seconds=5)  # what is missing is usually on its way

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
    for row in done:
        events_total.labels(row.event_type, row.status).inc()


def keep_scrubbed(rows: Sequence[WebhookEvent]) -> None:
    """Store the payloads of erased customers' events as they may be kept."""
    if rows:
        WebhookEvent.objects.bulk_update(rows, ["payload"])


def wait_for_owner(rows: Iterable[WebhookEvent], *, now: datetime) -> None:
    """Too early: the object that says whose this is has not arrived. Tried again in seconds, then with backoff."""
    for row in rows:
        _count_failure(row, TooEarly("Whose the object is, is not known yet."), now)
        if row.retry_count <= QUICK_RETRIES:
            row.next_retry_at = now + TOO_EARLY_DELAY
        row.save(update_fields=["status", "retry_count", "next_retry_at", "error_code", "error_message"])


def fail(event_id: int, error: BaseException) -> int:
    """Count the failure of one event, in a transaction of its own; returns 1, or 0 where another worker has it."""
    now = timezone.now()
    with transaction.atomic():
        row = WebhookEvent.objects.select_for_update(skip_locked=True).filter(id=event_id, status__in=OPEN).first()
        if row is None:
            return 0
        _count_failure(row, error, now)
        row.save(update_fields=["status", "retry_count", "next_retry_at", "error_code", "error_message"])
    return 1


def _count_failure(row: WebhookEvent, error: BaseException, now: datetime) -> None:
    row.retry_count += 1
    row.status = EventStatus.DEAD if is_exhausted(row.retry_count) else EventStatus.FAILED
    row.next_retry_at = now + delay_after(row.retry_count, jitter=random.random())  # noqa: S311 - not a secret
    row.error_code = type(error).__name__
    row.error_message = redact_text(str(error))[:2000]
    events_total.labels(row.event_type, row.status).inc()
