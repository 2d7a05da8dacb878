"""The mirror's consumer: snapshots that are due for dj-stripe, coalesced per object.

It has a state of its own on each StripeObject, and never holds up the projection.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone
from prometheus_client import Counter

from billing.domain.retry import delay_after
from billing.gateway import mirror
from billing.models import StripeObject

BATCH = 100
LOCK_KEY = 7_320_001

logger = structlog.get_logger(__name__)
synced_total = Counter("stripe_mirror_syncs_total", "Objects given to dj-stripe", ["outcome"])


@dataclass(slots=True)
class MirrorTally:
    synced: int = 0
    failed: int = 0


def mirror_due(*, seconds: float, now: datetime | None = None) -> MirrorTally:
    """Sync due objects, parents first, for at most `seconds`. Stops where another worker is at it."""
    tally, end = MirrorTally(), monotonic() + seconds
    while monotonic() < end and (batch := _due(now or timezone.now())):
        for row in batch:
            if monotonic() >= end or not _sync(row, tally):
                return tally
    return tally


def _due(now: datetime) -> list[StripeObject]:
    rank = Case(
        *[When(object_type=name, then=Value(place)) for place, name in enumerate(mirror.ORDER)],
        default=Value(len(mirror.ORDER)),
        output_field=IntegerField(),
    )
    return list(StripeObject.objects.mirror_due(now=now).order_by(rank, "id")[:BATCH])


def _sync(row: StripeObject, tally: MirrorTally) -> bool:
    """False where another worker mirrors."""
    try:
        with transaction.atomic():
            if not _take_turn():
                return False
            if not _is_current(row):
                return True
            if not row.deleted and mirror.is_mirrored(row.object_type):
                mirror.sync(row.object_type, row.snapshot)
            _done(row)
    except Exception as error:
        logger.warning("mirror_failed", stripe_id=row.stripe_id, exc_info=True)
        _failed(row, error)
        synced_total.labels("failed").inc()
        tally.failed += 1
    else:
        synced_total.labels("done").inc()
        tally.synced += 1
    return True


def _is_current(row: StripeObject) -> bool:
    """Else it is due with its newer snapshot, or was erased since the batch was read."""
    return StripeObject.objects.filter(pk=row.pk, version=row.version).exclude(mirror_due_at=None).exists()


def _done(row: StripeObject) -> None:
    """Only if nobody wrote a newer snapshot meanwhile; else it stays due."""
    StripeObject.objects.filter(pk=row.pk, version=row.version).update(
        mirror_due_at=None, mirror_attempts=0, mirror_error=""
    )


def _failed(row: StripeObject, error: Exception) -> None:
    attempts = row.mirror_attempts + 1
    StripeObject.objects.filter(pk=row.pk).update(
        mirror_due_at=timezone.now() + max(delay_after(attempts, jitter=0), timedelta(minutes=1)),
        mirror_attempts=attempts,
        mirror_error=f"{type(error).__name__}: {error}"[:2000],
    )


def _take_turn() -> bool:
    """One mirror at a time, because dj-stripe has no lock of its own; held until the transaction ends, which also
    works behind a pooler in transaction mode."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        return bool(cursor.fetchone()[0])


def wait_for_turn() -> None:
    """For what must not happen beside the mirror; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
