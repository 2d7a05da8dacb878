"""How fast Stripe is asked, and whether: a bucket of tokens and a circuit breaker that all processes share.

Both are one row of the database, because what they guard is one too: Stripe's limit is the account's, and an outage
that one process has found need not be found by the others, each with some time-outs of its own. A request costs one
statement of its own, which commits at once; times are the database's.

Interactive requests never wait: they take a token that is not there yet. Requests in bulk wait until there is more in
the bucket than its reserve, so that whoever waits in front of a page passes before them.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, connection
from prometheus_client import Counter

from billing.gateway.errors import Unreachable

BURST = 0.25
"""The bucket holds a quarter of a second's tokens: at 80 % of Stripe's limit no second has more than the limit."""
RESERVE = 0.2
"""The part of the bucket that is kept for interactive requests."""
DEBT_SECONDS = 1.0
"""At most so much do interactive requests borrow from those in bulk."""
FAILURES = 5
"""So many without an answer, one after the other, open the breaker."""
FIRST_OPEN_SECONDS, LONGEST_OPEN_SECONDS = 5, 60
LONGEST_CLOSED_SECONDS = 60
"""Whatever Retry-After says: a wrong one must not stop everything for a day."""
LONGEST_WAIT_SECONDS = 20
"""Of a request in bulk for its turn; leases are longer than this and its time-out together."""

TAKE = """
WITH held AS (
    SELECT *, coalesce(%(now)s::timestamptz, clock_timestamp()) AS at
    FROM billing_stripepace WHERE name = 'stripe' FOR UPDATE {skip}
), filled AS (
    SELECT *, least(%(capacity)s, tokens + %(rate)s * greatest(extract(epoch FROM at - filled_at), 0)) AS there,
        greatest(extract(epoch FROM open_until - at), extract(epoch FROM closed_until - at), 0) AS closed
    FROM held
), decided AS (
    SELECT *, closed = 0 AND (%(interactive)s OR there - 1 >= %(reserve)s) AS go,
        CASE WHEN closed > 0 THEN closed ELSE greatest((%(reserve)s + 1 - there) / %(rate)s, 0) END AS wait
    FROM filled
)
UPDATE billing_stripepace AS pace SET
    tokens = CASE WHEN go THEN greatest(there - 1, -%(debt)s) ELSE there END,
    filled_at = greatest(decided.filled_at, at),
    open_until = CASE WHEN go AND decided.open_until IS NOT NULL THEN at + %(probe)s * interval '1 second'
        ELSE decided.open_until END
FROM decided WHERE pace.name = decided.name
RETURNING go, wait::float, closed::float, decided.failures, decided.open_until IS NOT NULL
"""
MAKE = """
INSERT INTO billing_stripepace (name, tokens, filled_at, failures, openings)
VALUES ('stripe', 0, clock_timestamp(), 0, 0) ON CONFLICT DO NOTHING
"""
# Only a probe that fails opens it for longer: those that were under way when it opened tell nothing new
FAILED = """
WITH held AS (
    SELECT *, coalesce(%(now)s::timestamptz, clock_timestamp()) AS at,
        %(probe)s OR (open_until IS NULL AND failures + 1 >= %(failures)s) AS opens
    FROM billing_stripepace WHERE name = 'stripe' FOR UPDATE
)
UPDATE billing_stripepace AS pace SET failures = held.failures + 1,
    openings = CASE WHEN opens THEN held.openings + 1 ELSE held.openings END,
    open_until = CASE WHEN opens THEN at + interval '1 second'
        * least(%(first)s * power(2, least(held.openings, 10)), %(longest)s) ELSE held.open_until END
FROM held WHERE pace.name = held.name
RETURNING opens, pace.openings
"""
ANSWERED = "UPDATE billing_stripepace SET failures = 0, openings = 0, open_until = NULL WHERE name = 'stripe'"
SLOW = """
UPDATE billing_stripepace SET tokens = least(tokens, 0), filled_at = coalesce(%(now)s::timestamptz, clock_timestamp()),
    closed_until = greatest(closed_until, coalesce(%(now)s::timestamptz, clock_timestamp())
        + %(seconds)s * interval '1 second')
WHERE name = 'stripe'
"""
CLOSED = """
SELECT coalesce(greatest(extract(epoch FROM open_until - clock_timestamp()),
    extract(epoch FROM closed_until - clock_timestamp()), 0), 0)::float FROM billing_stripepace WHERE name = 'stripe'
"""

logger = structlog.get_logger(__name__)
waited_seconds = Counter("stripe_pace_waited_seconds_total", "Seconds that requests in bulk waited for their turn")
openings_total = Counter("stripe_circuit_openings_total", "Times that the circuit breaker opened")
sleep = time.sleep


@dataclass(frozen=True, slots=True)
class Turn:
    """Leave to ask once. `failures` came before it; a `probe` tries whether Stripe is back."""

    failures: int = 0
    probe: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    go: bool
    wait: float
    closed: float
    failures: int
    probe: bool


def enter(*, bulk: bool, patience: float = LONGEST_WAIT_SECONDS) -> Turn:
    """Take a turn; in bulk after a wait of at most `patience` seconds. Without a database everybody has one.

    Raises Unreachable where Stripe may not be asked now; nothing was sent then.
    """
    while True:
        try:
            said = _take(bulk=bulk)
        except Error:
            logger.warning("stripe_pace_not_kept", exc_info=True)
            return Turn()
        if said.go:
            return Turn(said.failures, said.probe)
        wait = said.wait * (1 + random.random() / 10)  # noqa: S311 - so that those who wait do not all come at once
        if not bulk or wait > patience:
            raise unreachable(said.closed or said.wait)
        patience -= wait
        waited_seconds.inc(wait)
        sleep(wait)


def unreachable(seconds: float) -> Unreachable:
    return Unreachable("Stripe is not asked at the moment; nothing was sent.", code="not_sent", retry_after=seconds)


def closed_for() -> float:
    """Seconds until somebody may ask again; 0 while the way is free."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSED)
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def answered(turn: Turn) -> None:
    """Stripe answered, whatever it said. Costs nothing while all is well."""
    if turn.failures or turn.probe:
        _write(ANSWERED)
        logger.info("stripe_circuit_closed", failures=turn.failures)


def failed(turn: Turn, *, now: datetime | None = None) -> None:
    """Stripe did not answer, or had a fault of its own."""
    said = _write(
        FAILED,
        now=now,
        probe=turn.probe,
        failures=FAILURES,
        first=FIRST_OPEN_SECONDS,
        longest=LONGEST_OPEN_SECONDS,
    )
    if said and said[0]:
        openings_total.inc()
        logger.warning("stripe_circuit_opened", openings=said[1])


def slow_down(seconds: float, *, now: datetime | None = None) -> None:
    """Stripe said that we ask too often: the bucket is empty, and where it said how long, nobody asks until then."""
    _write(SLOW, now=now, seconds=min(seconds, LONGEST_CLOSED_SECONDS))


def _take(*, bulk: bool, now: datetime | None = None) -> _Said:
    """Interactive requests do not even wait for the row: one that somebody else holds lets them pass uncounted."""
    rate = settings.STRIPE_REQUESTS_PER_SECOND
    capacity = max(rate * BURST, 2.0)
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE.format(skip="" if bulk else "SKIP LOCKED"),
            {
                "now": now,
                "rate": rate,
                "capacity": capacity,
                "reserve": capacity * RESERVE,
                "debt": rate * DEBT_SECONDS,
                "interactive": not bulk,
                "probe": settings.STRIPE_BULK_TIMEOUT_SECONDS if bulk else settings.STRIPE_TIMEOUT_SECONDS,
            },
        )
        row = cursor.fetchone()
        if row is None:  # held by somebody, or a crash of the database emptied the table
            cursor.execute(MAKE)
    return _Said(*row) if row else _Said(True, 0, 0, 0, False)


def _write(statement: str, **parameters: Any) -> tuple[bool, int] | None:
    """What we note of an answer must not change the answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone() if cursor.description else None
    except Error:
        logger.warning("stripe_pace_not_noted", exc_info=True)
        return None
