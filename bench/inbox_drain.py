"""Whether a long history slows the inbox down where the statistics know nothing of it, as on the day of an outage."""

import json
import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.client import Load
from bench.emptying import forget_the_inbox, mind_the_inbox
from bench.rounds import Ratio, Result, in_turns
from bench.scale import Scale
from billing.inbox.process import process_due
from billing.inbox.receive import receive_missed

AT_ONCE = 1000
HISTORY = """
INSERT INTO billing_webhookevent (stripe_event_id, event_type, object_id, api_version, livemode, stripe_created_at,
    payload, status, received_at, next_retry_at, superseded, retry_count, error_code, error_message, processed_at)
SELECT 'evt_done' || n, 'invoice.paid', 'in_done' || n / 8, %(version)s, false, at, repeat('x', 200), 'processed', at,
    at, false, 0, '', '', at
FROM (SELECT n, now() - interval '1 day' - n * interval '1 second' AS at FROM generate_series(1, %(rows)s) AS n) AS old
"""


def measure(scale: Scale) -> Result:
    """Events without an effect, so that what is measured is claiming and marking."""
    few = max(scale.requests * 5, 200)
    numbers = iter(range(10_000))

    def contestant(with_history: bool) -> Load:
        forget_the_inbox()
        _fill(scale.history)
        if not with_history:  # it was written all the same: what the disk is still busy with burdens both
            forget_the_inbox()
        _store(next(numbers), few)
        began = time.perf_counter()
        done = process_due().succeeded
        seconds = time.perf_counter() - began
        return Load([seconds / few] * few, {200: done, 500: few - done}, seconds)

    try:
        figures = in_turns(
            scale.rounds,
            {
                "an inbox without a history": lambda _: contestant(False),
                f"after {scale.history} processed events": lambda _: contestant(True),
            },
        )
    finally:
        mind_the_inbox()
    empty, full = figures.values()
    ratios = [
        Ratio("processed events before", scale.history),
        Ratio("with them / without, events a second", full.per_second / empty.per_second, at_least=0.6),
    ]
    return Result("inbox drain, stale statistics", [empty, full], ratios)


def _fill(rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"version": settings.STRIPE_API_VERSION, "rows": rows})


def _store(turn: int, count: int) -> None:
    for first in range(0, count, AT_ONCE):
        bodies = [_event(f"evt_{turn}_{number}") for number in range(first, min(first + AT_ONCE, count))]
        receive_missed(bodies, now=timezone.now())


def _event(event_id: str) -> bytes:
    """A balance has no id: there is nothing to keep of it."""
    told: dict[str, Any] = {
        "id": event_id,
        "object": "event",
        "api_version": settings.STRIPE_API_VERSION,
        "created": int(time.time()),
        "livemode": False,
        "type": "balance.available",
        "data": {"object": {"object": "balance"}},
    }
    return json.dumps(told).encode()
