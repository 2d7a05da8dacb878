"""Count a request for its limits, and say where its caller stands.

Where the store is down, requests pass: a limit protects the service, and must not be what ends it. Each such request
is counted, and a Redis that did not answer is left alone for a moment, so that nobody waits for it twice.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog
from django.conf import settings
from django.db import Error as DatabaseFailure
from prometheus_client import Counter
from redis.exceptions import RedisError

from billing.domain.rate import Count, Standing, standing
from billing.limits import on_postgresql, on_redis
from billing.limits.policies import Asked

PAUSE_SECONDS = 1.0

logger = structlog.get_logger(__name__)
refused_requests = Counter("rate_limited_requests_total", "Requests refused by a rate limit", ["limit"])
unlimited_requests = Counter(
    "rate_limit_store_failures_total", "Requests let through uncounted since the store was down"
)
_paused_until: dict[str, float] = {}


class _Store(Protocol):
    def count(self, asked: Sequence[Asked], now: int) -> list[Count]: ...

    def give_back(self, asked: Sequence[Asked], counts: Sequence[Count]) -> None: ...


def take(asked: Sequence[Asked], *, now: datetime) -> list[Standing]:
    """Where the caller stands with each limit, this request counted; nothing where limits are off or not to be had.

    A request that one limit refuses counts for none of them.
    """
    if not settings.RATE_LIMIT_ENABLED or not asked:
        return []
    address = on_redis.url()
    if _paused_until.get(address, 0.0) > time.monotonic():
        unlimited_requests.inc()
        return []
    try:
        return _take(on_redis if address else on_postgresql, asked, int(now.timestamp() * 1000))
    except (DatabaseFailure, RedisError):
        unlimited_requests.inc()
        logger.warning("rate_limit_unavailable", exc_info=True)
        if address:
            _paused_until[address] = time.monotonic() + PAUSE_SECONDS
        return []


def _take(store: _Store, asked: Sequence[Asked], now: int) -> list[Standing]:
    counts = store.count(asked, now)
    found = [standing(each.limit, count, now) for each, count in zip(asked, counts, strict=True)]
    refusing = [each for each in found if each.wait]
    if refusing:
        store.give_back(asked, counts)
        for each in refusing:
            refused_requests.labels(each.limit.name).inc()
    return found
