"""How long it takes from the receipt of a webhook to its rows, through the real web server and a real worker, while
events come at a steady rate. The limit is a second at the 95th percentile.

On the broker that needs nothing but PostgreSQL, and on Redis where there is one. The worker does what it does anyway:
it gives the objects to dj-stripe's mirror too, which asks Stripe for each.
"""

import itertools
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from bench.client import Load, run
from bench.delivery import delivery
from bench.emptying import empty_typed_tables
from bench.lived_company import events_of_a_company
from bench.rounds import Ratio, Result, in_turns
from bench.scale import Scale
from tests.flows.processes import Processes, until
from tests.flows.redis_server import PROGRAM, RedisServer

RATE = 200
"""Events a second."""
SLICE_SECONDS = 0.05
CONNECTIONS = 4
EVENTS_OF_A_CUSTOMER = 20
"""At least so many do three months bring."""
SETTLED_SECONDS = 120
LEFT = "SELECT count(*) FROM billing_webhookevent WHERE status NOT IN ('processed', 'ignored')"
DELAYS = "SELECT extract(epoch FROM processed_at - received_at)::float FROM billing_webhookevent ORDER BY 1"


def measure(base: str, scale: Scale) -> list[Result]:
    """A "request" is an event, and its time that from receipt to rows. Each round's events are a company's."""
    customers = max(scale.requests // EVENTS_OF_A_CUSTOMER, 5)
    events = events_of_a_company(settings.STRIPE_API_BASE, customers)[: scale.requests]
    results = []
    for broker in ["PostgreSQL as broker", *(["Redis as broker"] if PROGRAM else [])]:
        with tempfile.TemporaryDirectory(prefix="delay-bench-") as name, _serving(Path(name), broker) as web:
            results.append(_measured(broker, web, events, scale))
    return results


@contextmanager
def _serving(folder: Path, broker: str) -> Iterator[str]:
    """A web server and a worker of this broker on the benchmark's database; yields the base URL."""
    with ExitStack() as stack:
        variables = {name: os.environ[name] for name in ("DATABASE_URL", "CELERY_BROKER_URL")}
        if broker.startswith("Redis"):
            redis = RedisServer(folder / "redis")
            redis.start()
            stack.callback(redis.kill)
            variables["CELERY_BROKER_URL"] = redis.url
        processes = Processes(folder, variables)
        stack.callback(processes.stop)
        processes.worker()
        yield processes.web()


def _measured(broker: str, web: str, events: Sequence[dict[str, Any]], scale: Scale) -> Result:
    rates: list[float] = []

    def arriving(number: int) -> Load:
        empty_typed_tables()
        answered = sent(f"{web}/api/v1/webhooks/stripe", events)
        rates.append(answered.per_second)
        until(lambda: _left() == 0, seconds=SETTLED_SECONDS, what="the end of the inbox")
        delays = _delays()
        return Load(delays, {200: len(delays), 500: len(events) - len(delays)}, answered.seconds)

    (figures,) = in_turns(scale.rounds, {"from receipt to rows": arriving}).values()
    ratios = [
        Ratio("events a second that came", min(rates[1:])),
        Ratio("p95 from receipt to rows, in ms", figures.p95, at_most=1000),
        Ratio("errors: events without their rows", figures.errors, at_most=0),
    ]
    return Result(f"webhook-delay at {RATE} a second, {broker}", [figures], ratios)


def sent(url: str, events: Sequence[dict[str, Any]]) -> Load:
    """Each in its time, whether the one before it was answered or not is the server's affair: a slice of time's
    events go out together."""
    whole, began = Load(), time.perf_counter()
    at_once = max(int(RATE * SLICE_SECONDS), 1)
    for number, first in enumerate(range(0, len(events), at_once)):
        time.sleep(max(began + number * SLICE_SECONDS - time.perf_counter(), 0))  # the rate is what is measured at
        load = run(url, [delivery(url, event) for event in events[first : first + at_once]], CONNECTIONS)
        whole.times += load.times
        whole.statuses |= {status: whole.statuses.get(status, 0) + count for status, count in load.statuses.items()}
    whole.seconds = time.perf_counter() - began
    return whole


def _left() -> int:
    with connection.cursor() as cursor:
        cursor.execute(LEFT)
        return int(cursor.fetchone()[0])


def _delays() -> list[float]:
    """Seconds."""
    with connection.cursor() as cursor:
        cursor.execute(DELAYS)
        return list(itertools.chain.from_iterable(cursor.fetchall()))
