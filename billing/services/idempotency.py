"""Requests that a caller may repeat under a key of its own: done once, answered as often as asked.

The record is committed before the work. A crash leaves it running; once its lease is over, the next request with
the key takes it over, and finds what the first one asked of Stripe by that request's id.

Whoever works renews the lease at each step: with each command that it commits, and before it asks Stripe, which is
given a sixth of the lease to answer. A request that is slower than the lease finds at its next step that another took
over, and ends there: it commits no further command and asks Stripe for nothing. So no thread has to renew for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from billing.models import IdempotencyRecord, StripeCommand
from billing.models.idempotency import IdempotencyStatus
from billing.services.errors import Cannot

LEASE = timedelta(seconds=30)
KEPT = timedelta(hours=24)


class KeyReused(Cannot):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    status = 422


class StillRunning(Cannot):
    """The first request with the key has not answered yet."""

    code = "idempotency_in_progress"


_holding: ContextVar[IdempotencyRecord | None] = ContextVar("idempotency_record", default=None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What to do: give the stored answer (`answer`), go on with what an earlier request began (`command`), or
    do the work."""

    record: IdempotencyRecord
    answer: IdempotencyRecord | None = None
    command: StripeCommand | None = None


def claim(
    *,
    scope: str,
    key: str,
    request_hash: str,
    request_id: str,
    commands: QuerySet[StripeCommand],
    now: datetime,
) -> Claim:
    """Take the key for this request, or say what became of the request that has it.

    `request_id` is unique to this try, and `commands` are those that the request may have given. Raises KeyReused
    and StillRunning.
    """
    record, is_new = IdempotencyRecord.objects.get_or_create(
        scope=scope,
        key=key,
        defaults={
            "request_hash": request_hash,
            "lease_until": now + LEASE,
            "created_at": now,
            "request_id": request_id,
        },
    )
    if is_new:
        return Claim(record)
    if record.created_at <= now - KEPT:
        return Claim(_take(record, request_hash, request_id, now))
    if record.request_hash != request_hash:
        raise KeyReused("This Idempotency-Key was used for another request; use a new one.")
    if record.status == IdempotencyStatus.DONE:
        return Claim(record, answer=record)
    if record.lease_until > now:
        raise StillRunning("A request with this Idempotency-Key is running; ask again in a moment.")
    command = commands.filter(request_id=record.request_id).order_by("-id").first()
    going_on = command.request_id if command else request_id
    return Claim(_take(record, request_hash, going_on, now), command=command)


def _take(record: IdempotencyRecord, request_hash: str, request_id: str, now: datetime) -> IdempotencyRecord:
    """Win the record against others who want it too. Raises StillRunning for the losers."""
    changes = {
        "request_hash": request_hash,
        "status": IdempotencyStatus.RUNNING,
        "request_id": request_id,
        "lease_until": now + LEASE,
        "created_at": now,
    }
    held = IdempotencyRecord.objects.filter(pk=record.pk, lease_until=record.lease_until, status=record.status)
    if not held.update(**changes):
        raise StillRunning("A request with this Idempotency-Key is running; ask again in a moment.")
    record.refresh_from_db()
    return record


@contextmanager
def holding(record: IdempotencyRecord) -> Iterator[None]:
    """What runs inside works for the record: `renew` prolongs its lease."""
    token = _holding.set(record)
    try:
        yield
    finally:
        _holding.reset(token)


def renew(*, now: datetime) -> None:
    """Prolong the lease of the request that runs, if it has a key. Inside a transaction it also keeps others from
    taking over before the commit.

    Raises StillRunning where another took over.
    """
    record = _holding.get()
    if record is None:
        return
    until = now + LEASE
    if not _held(record).update(lease_until=until):
        raise StillRunning("Another request with this Idempotency-Key took over; ask again in a moment.")
    record.lease_until = until


def keep(record: IdempotencyRecord, *, status: int, body: str, content_type: str) -> bool:
    """Store the answer; False where somebody took the record over in the meantime."""
    stored = _held(record).update(
        status=IdempotencyStatus.DONE, response_status=status, response_body=body, response_type=content_type
    )
    return bool(stored)


def release(record: IdempotencyRecord, *, now: datetime) -> None:
    """The work failed on our side: the next request with the key goes on from here at once."""
    _held(record).update(lease_until=now)


def _held(record: IdempotencyRecord) -> QuerySet[IdempotencyRecord]:
    return IdempotencyRecord.objects.filter(
        pk=record.pk, lease_until=record.lease_until, status=IdempotencyStatus.RUNNING
    )


def forget_old(*, now: datetime) -> int:
    """Delete records that are kept no longer; returns how many."""
    return IdempotencyRecord.objects.filter(created_at__lte=now - KEPT).delete()[0]
