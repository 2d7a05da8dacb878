"""Counters in the database: one statement a request, whatever the number of limits."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection

from billing.domain.rate import Count
from billing.limits.policies import Asked

# In the order of their keys: two requests that count for the same limits wait for each other instead of deadlocking.
# A window that is older than the row's comes from a machine whose clock is behind: it counts for the row's.
COUNT = """
INSERT INTO billing_ratelimitcount AS held (key, window_start, forget_at, current, previous)
SELECT key, window_start, forget_at, 1, 0
FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) AS asked(key, window_start, forget_at) ORDER BY key
ON CONFLICT (key) DO UPDATE SET
    previous = CASE WHEN EXCLUDED.window_start <= held.window_start THEN held.previous
        WHEN EXCLUDED.window_start < held.forget_at THEN held.current ELSE 0 END,
    current = CASE WHEN EXCLUDED.window_start <= held.window_start THEN held.current + 1 ELSE 1 END,
    window_start = greatest(held.window_start, EXCLUDED.window_start),
    forget_at = greatest(held.forget_at, EXCLUDED.forget_at)
RETURNING key, window_start, current, previous
"""
GIVE_BACK = """
WITH locked AS (
    SELECT held.key FROM billing_ratelimitcount AS held
    JOIN unnest(%s::text[], %s::timestamptz[]) AS counted(key, window_start) USING (key, window_start)
    ORDER BY held.key FOR UPDATE OF held
)
UPDATE billing_ratelimitcount AS held SET current = held.current - 1
FROM locked WHERE held.key = locked.key AND held.current > 0
"""
# Waits for nobody, so that no request and the sweep wait for each other
FORGET = """
DELETE FROM billing_ratelimitcount WHERE key IN (
    SELECT key FROM billing_ratelimitcount WHERE forget_at <= %s FOR UPDATE SKIP LOCKED
)
"""


def count(asked: Sequence[Asked], now: int) -> list[Count]:
    """Add one for each, and say what there is; in the order of `asked`."""
    keys = [each.key for each in asked]
    starts = [each.limit.window_at(now) for each in asked]
    ends = [start + 2 * each.limit.length for each, start in zip(asked, starts, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [keys, [_moment(start) for start in starts], [_moment(end) for end in ends]])
        rows = {key: Count(_milliseconds(start), current, previous) for key, start, current, previous in cursor}
    return [rows[key] for key in keys]


def give_back(asked: Sequence[Asked], counts: Sequence[Count]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [[each.key for each in asked], [_moment(count.start) for count in counts]])


def forget_old(*, now: datetime) -> int:
    """Delete counters whose windows are over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [now])
        return int(cursor.rowcount)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
