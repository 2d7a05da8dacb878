"""Counters in Redis: one a limit and window, which expires by itself; one round trip a request."""

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from billing.domain.rate import Count
from billing.limits.policies import Asked

TIMEOUT_SECONDS = 0.25  # a limit is not worth waiting for


def url() -> str:
    """The cache's Redis; empty where the cache is another."""
    default: dict[str, Any] = settings.CACHES["default"]
    return str(default.get("LOCATION", "")) if str(default["BACKEND"]).endswith("RedisCache") else ""


def _client(address: str) -> "redis.Redis":
    """One a process: of two that threads made at once one would be dropped, and its connections closed in use."""
    with _one_at_a_time:
        return _made(address)


_one_at_a_time = threading.Lock()


@cache
def _made(address: str) -> "redis.Redis":
    return redis.Redis.from_url(
        address,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def count(asked: Sequence[Asked], now: int) -> list[Count]:
    """Add one for each, and say what there is; in the order of `asked`."""
    starts = [each.limit.window_at(now) for each in asked]
    pipeline = _client(url()).pipeline(transaction=True)
    for each, start in zip(asked, starts, strict=True):
        pipeline.incr(_name(each, start))
        pipeline.expire(_name(each, start), 2 * each.limit.seconds)
        pipeline.get(_name(each, start - each.limit.length))
    answers = pipeline.execute()
    found = zip(starts, answers[0::3], answers[2::3], strict=True)
    return [Count(start, int(current), max(int(previous or 0), 0)) for start, current, previous in found]


def give_back(asked: Sequence[Asked], counts: Sequence[Count]) -> None:
    pipeline = _client(url()).pipeline(transaction=True)
    for each, counted in zip(asked, counts, strict=True):
        pipeline.decr(_name(each, counted.start))
        pipeline.expire(_name(each, counted.start), 2 * each.limit.seconds)
    pipeline.execute()


def _name(asked: Asked, start: int) -> str:
    return f"countinghouse:limit:{asked.key}:{start}"
