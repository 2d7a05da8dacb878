"""Since when something is known, and up to when everything is.

Rows are stamped with the database's clock inside the transaction that adds them, and become visible a little later,
at its commit. A report pinned to "known now" must not change when such a row appears; so each writer shows, by a
shared advisory lock that names its second, that it is at work, and "now" is put before the earliest of them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

LOCK_CLASS = 0x4C454447  # "LEDG": the first of the two 32-bit keys
LOCK_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # seconds since then are the second key; they fit until 2088


class CannotWriteLedger(RuntimeError):
    """There is no open transaction: the locks would be gone before the rows are written."""


def begin_writing(subscription_ids: Iterable[str] = ()) -> datetime:
    """Announce this transaction as a writer, alone for these subscriptions; returns the stamp for its rows.

    The stamp is taken after the locks, so that of two writers of one subscription the later has the later one.
    Subscriptions are locked in sorted order. Raises CannotWriteLedger outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise CannotWriteLedger("Open a transaction before writing to the ledger.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, floor(extract(epoch FROM clock_timestamp() - %s))::int)",
            [LOCK_CLASS, LOCK_EPOCH],
        )
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended('analytics.ledger:' || id, 0)"
            " AS key FROM unnest(%s::text[]) AS id ORDER BY key) AS keys",
            [list(subscription_ids)],
        )
        return _clock(cursor)


def settled_now() -> datetime:
    """The latest moment of knowledge whose rows are all visible: now, or just before the earliest writer at work.

    The clock is read before the locks: whoever starts in between stamps its rows later than it.
    """
    with connection.cursor() as cursor:
        now = _clock(cursor)
        cursor.execute(
            "SELECT min(objid::bigint) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
            " AND classid = %s AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_CLASS],
        )
        (earliest,) = cursor.fetchone()
    if earliest is None:
        return now
    return min(now, LOCK_EPOCH + timedelta(seconds=earliest) - timedelta(microseconds=1))


def _clock(cursor: CursorWrapper) -> datetime:
    cursor.execute("SELECT clock_timestamp()")
    now: datetime = cursor.fetchone()[0]
    return now
