"""Fold what is due. The marks are the queue; the task is only its doorbell."""

import random
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction

from analytics.ledger.fold import fold
from analytics.models import LedgerDue
from billing.domain.retry import delay_after

logger = structlog.get_logger(__name__)
BATCH = 200

# A mark and its fact commit together, so a mark that can be claimed stands for a fact that can be read. "= ANY
# (ARRAY(...))" keeps the plan on the index however stale the statistics are.
_CLAIM = """
DELETE FROM analytics_ledgerdue WHERE id = ANY(ARRAY(
    SELECT id FROM analytics_ledgerdue WHERE due_at <= %s ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)) RETURNING subscription_id
"""


def fold_due(*, now: datetime, batch: int = BATCH) -> int:
    """Fold until nothing is due; returns the number of marks that were settled.

    A batch that fails is taken apart: only the subscription at fault keeps its marks, and is tried again later.
    """
    settled = 0
    while True:
        try:
            claimed = _fold_batch(now, batch)
        except Exception:
            logger.warning("ledger_batch_failed", exc_info=True)
            claimed = _fold_singly(now, batch)
        if not claimed:
            return settled
        settled += claimed


def _fold_batch(now: datetime, batch: int) -> int:
    """Claim and fold in one transaction: either the marks are gone and the ledger is right, or nothing happened."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [now, batch])
            claimed = [subscription_id for (subscription_id,) in cursor.fetchall()]
        fold(claimed)
    return len(claimed)


def _fold_singly(now: datetime, batch: int) -> int:
    marks = LedgerDue.objects.due(now=now).order_by("due_at", "id")[:batch]
    return sum(_fold_one(one, now) for one in dict.fromkeys(mark.subscription_id for mark in marks))


def _fold_one(subscription_id: str, now: datetime) -> int:
    try:
        with transaction.atomic():
            marks = _lock(subscription_id, now)
            fold([subscription_id])
            LedgerDue.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    except Exception as error:
        logger.exception("ledger_fold_failed", subscription_id=subscription_id)
        return _postpone(subscription_id, now, error)
    return len(marks)


def _lock(subscription_id: str, now: datetime) -> Sequence[LedgerDue]:
    marks = LedgerDue.objects.due(now=now).filter(subscription_id=subscription_id)
    return list(marks.select_for_update(skip_locked=True))


def _postpone(subscription_id: str, now: datetime, error: Exception) -> int:
    """Failed marks stay, later each time; returns how many, so that the caller sees progress."""
    with transaction.atomic():
        marks = _lock(subscription_id, now)
        for mark in marks:
            mark.attempts += 1
            mark.error = f"{type(error).__name__}: {error}"
            mark.due_at = now + delay_after(mark.attempts, jitter=random.random())  # noqa: S311 - spreads work, no secret
        LedgerDue.objects.bulk_update(marks, ["attempts", "error", "due_at"])
    return len(marks)
