"""Store an event once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from django.db import connection, transaction
from prometheus_client import Counter

from billing.enqueue import enqueue
from billing.inbox.envelope import LONGEST_ID, Head, created_at, head

PROCESS_TASK = "billing.process_webhooks"
DOORBELL_LIFE = timedelta(minutes=1)  # by then the sweep has looked

INSERT = """
INSERT INTO billing_webhookevent (
    stripe_event_id, event_type, object_id, api_version, livemode, stripe_created_at, payload, status,
    received_at, next_retry_at, superseded, retry_count, error_code, error_message
) {rows} ON CONFLICT (stripe_event_id) DO NOTHING RETURNING id
"""
ONE = INSERT.format(rows="VALUES (%s, %s, %s, %s, %s, %s, %s, 'received', %s, %s, false, 0, '', '')")
MANY = INSERT.format(
    rows="""
    SELECT told.id, type, object, version, livemode, created, payload, 'received', %s, %s, false, 0, '', ''
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::timestamptz[], %s::text[])
        WITH ORDINALITY AS told(id, type, object, version, livemode, created, payload, place)
    ORDER BY place"""
)
# Only the last minute of the index of due events is looked at: a long backlog must not slow the answer down
FIRST_WAITING = """
SELECT id FROM billing_webhookevent WHERE status = 'received' AND next_retry_at > %s AND next_retry_at <= %s
ORDER BY next_retry_at, id LIMIT 1
"""

logger = structlog.get_logger(__name__)
received_total = Counter("stripe_webhook_received_total", "Webhooks that were stored, or had been", ["outcome"])


class Unreadable(ValueError):
    """The body is signed by Stripe's secret but is no event."""


def receive(body: bytes, *, now: datetime) -> bool:
    """Store the verified body and wake a worker; True where the event is new.

    `now` is the time of receipt, UTC. Raises Unreadable, and DatabaseError where it could not be stored.
    """
    event, payload, created_at = _read(body)
    row_id = _insert(event, payload, created_at, now)
    received_total.labels("new" if row_id else "duplicate").inc()
    if row_id:
        logger.info("Webhook received", event_id=event.id, event_type=event.type)
        # no partial: where it fails, Django asks for its name
        transaction.on_commit(lambda: _wake(row_id, now), robust=True)
    return row_id is not None


def receive_missed(bodies: Sequence[bytes], *, now: datetime) -> int:
    """Store those of these events that no webhook brought, in one statement, and wake a worker once; returns how many
    were new.

    They are Stripe's own words as an API answer has them: what is no event is logged and passed over, so that it holds
    up no other. Raises DatabaseError.
    """
    read = [_columns(*one) for body in bodies if (one := _read_or_log(body))]
    if not read:
        return 0
    columns = [list(column) for column in zip(*read, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(MANY, [now, now, *columns])
        new = len(cursor.fetchall())
    received_total.labels("missed").inc(new)
    if new:
        enqueue(PROCESS_TASK)
    return new


def _read_or_log(body: bytes) -> tuple[Head, str, datetime] | None:
    try:
        return _read(body)
    except Unreadable as error:
        logger.warning("missed_event_unreadable", reason=str(error))
        return None


def _wake(row_id: int, now: datetime) -> None:
    """Ring the doorbell, unless an event that came shortly before is still waiting: its doorbell has been rung, and
    whoever processes it looks again before it stops. Asked after the commit, so that nothing falls between."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_WAITING, [now - DOORBELL_LIFE, now])
        first = cursor.fetchone()
    if first is None or first[0] >= row_id:
        enqueue(PROCESS_TASK)


def _read(body: bytes) -> tuple[Head, str, datetime]:
    """The event's head, its whole text, and when Stripe made it."""
    try:
        event = head(body)
        return event, body.decode(), created_at(event.created)
    except (msgspec.MsgspecError, ValueError, OverflowError, OSError, RecursionError) as error:
        raise Unreadable(f"The body is not a Stripe event: {error}") from error


def _insert(event: Head, payload: str, created_at: datetime, now: datetime) -> int | None:
    """ON CONFLICT DO NOTHING on Stripe's event id; a check before would let two deliveries both pass. One statement
    is a transaction of its own: to open one would cost two more round trips.

    Returns the new row's primary key, None for an event that was there.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE, [*_columns(event, payload, created_at), now, now])
        found = cursor.fetchone()
        return int(found[0]) if found else None


def _columns(event: Head, payload: str, created_at: datetime) -> tuple[Any, ...]:
    return (
        event.id,
        event.type,
        event.object_id.replace("\x00", "")[:LONGEST_ID],
        event.api_version or "",
        event.livemode,
        created_at,
        payload,
    )
