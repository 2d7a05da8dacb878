"""A limit protects the service; a store that is down must not end it. What passes uncounted is counted apart."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from billing.domain.rate import Limit
from billing.limits import limiter
from billing.limits.limiter import take
from billing.limits.policies import Asked, Scope

ONE = Asked(Limit("one", 1, 60), Scope.KEY, "1")
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def passed() -> float:
    return limiter.unlimited_requests._value.get()


@pytest.fixture
def without_table(committing: str, database_urls: Callable[[str], str]) -> None:
    with psycopg.connect(database_urls("app_owner")) as owner:
        owner.execute("DROP TABLE billing_ratelimitcount")


def test_in_the_database(without_table: None, caplog: pytest.LogCaptureFixture) -> None:
    before = passed()
    assert [take([ONE], now=NOON) for _ in range(3)] == [[], [], []]
    assert passed() - before == 3
    assert "rate_limit_unavailable" in caplog.text


def test_in_redis_it_is_left_alone_for_a_moment(nowhere: str, caplog: pytest.LogCaptureFixture) -> None:
    """A Redis that hangs would else hold up each request, and each would write a traceback."""
    before, started = passed(), time.monotonic()
    assert [take([ONE], now=NOON) for _ in range(200)] == [[]] * 200
    assert passed() - before == 200
    assert time.monotonic() - started < 1
    assert caplog.text.count("rate_limit_unavailable") == 1


def test_in_redis_it_is_asked_again(on_a_redis: str) -> None:
    limiter._paused_until[on_a_redis] = time.monotonic() - 0.001
    assert [each.wait for each in take([ONE], now=NOON)] == [0]
    limiter._paused_until[on_a_redis] = time.monotonic() + 60
    assert take([ONE], now=NOON) == []
