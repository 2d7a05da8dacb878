"""What the installation leans on, looked at within a bounded time.

Answers are kept for some seconds and shared by all requests of a process: a probe of health must not become load
on what it looks at, Stripe least of all.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg
import structlog
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import connection
from django.utils import timezone

from billing.gateway import pace
from billing.gateway.health import check_stripe
from billing.queries import inbox

TIMEOUT_SECONDS = 2
OVERDUE_SECONDS = 300
"""A webhook that has been due for longer says that no worker is processing."""

logger = structlog.get_logger(__name__)
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")


@dataclass(frozen=True, slots=True)
class Finding:
    """`problem` is empty where all is well. It is public: it never holds more than what failed."""

    problem: str
    duration_ms: int


@dataclass(slots=True)
class Check:
    """`probe` raises where something is wrong; it runs in a thread of its own, with its own connection."""

    name: str
    probe: Callable[[], None]
    keep_seconds: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    finding: Finding | None = None
    found_at: float = 0.0

    def look(self) -> Finding:
        """The last finding while it is fresh, else a new one after at most TIMEOUT_SECONDS."""
        with self.lock:
            if self.finding is None or time.monotonic() - self.found_at >= self.keep_seconds:
                self.finding = self._look_again()
                self.found_at = time.monotonic()
            return self.finding

    def forget(self) -> None:
        self.finding = None

    def _look_again(self) -> Finding:
        began = time.monotonic()
        problem = _problem_of(self.name, _threads.submit(_alone, self.probe))
        return Finding(problem, int((time.monotonic() - began) * 1000))


class Unwell(Exception):
    """It answers, but not as it should; the text is public."""


def _alone(probe: Callable[[], None]) -> None:
    try:
        probe()
    finally:
        connection.close()


def _problem_of(name: str, running: Future[None]) -> str:
    try:
        running.result(TIMEOUT_SECONDS)
    except Unwell as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {TIMEOUT_SECONDS} s"
    except Exception:
        logger.warning("health_check_failed", check=name, exc_info=True)
        return "unreachable"
    return ""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _stripe() -> None:
    """While the breaker is open, Stripe is left alone by probes of health too."""
    if pace.closed_for():
        raise Unwell("is not asked at the moment: it did not answer, or wants us to wait")
    check_stripe()


def _cache() -> None:
    cache.set("health", "well", 10)
    if cache.get("health") != "well":
        raise Unwell("does not keep what it is given")


def _email() -> None:
    backend = get_connection(timeout=TIMEOUT_SECONDS)
    backend.open()
    backend.close()


def _broker() -> None:
    if settings.CELERY_BROKER_ON_POSTGRES:
        _queue_in_postgresql(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["conn_string"]))
        return
    with current_app.connection_for_write(connect_timeout=TIMEOUT_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=TIMEOUT_SECONDS)


def _queue_in_postgresql(address: str) -> None:
    """Without kombu: where its connection fails it leaves its pool of sessions behind."""
    with psycopg.connect(address, connect_timeout=TIMEOUT_SECONDS, autocommit=True) as broker:
        broker.execute("SELECT 1 FROM pgmq.list_queues() LIMIT 1")


def _webhooks() -> None:
    waiting = inbox.waiting(timezone.now()).oldest_due_seconds
    if waiting > OVERDUE_SECONDS:
        raise Unwell("received events are not being processed")


DATABASE = Check("database", _database, 1)
STRIPE = Check("stripe", _stripe, 15)
CACHE = Check("cache", _cache, 1)
EMAIL = Check("email", _email, 30)
WEBHOOKS = Check("webhooks", _webhooks, 10)
BROKER = Check("broker", _broker, 10)


def look_at(checks: list[Check]) -> dict[str, Finding]:
    """All findings; together they take no longer than the slowest."""
    looking = {check.name: _lookers.submit(check.look) for check in checks}
    return {name: running.result() for name, running in looking.items()}


_lookers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="health-look")
