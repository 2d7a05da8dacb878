"""Rows F06 and F07: Redis is killed with SIGKILL and with all that it held, while events wait, and is away for a while
in which webhooks arrive. Each is answered with 200 at once; and when Redis is back, the worker and the scheduler that
were there all the time do the rest, from the table."""

import time

import pytest

from tests.flows.arrivals import (
    all_delivered,
    assert_each_has_its_effect_once,
    held,
    hold_back,
    let_go,
    new_customers,
    send_events_to,
    statuses_of,
    stored,
    until_everything_arrived,
    waiting_for,
)
from tests.flows.processes import Processes, until
from tests.flows.redis_server import RedisServer
from tests.stripe_events import all_events

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]
BURST = 50
AWAY = 10.0
"""Seconds."""


def test_they_are_answered_and_done(redis: RedisServer, processes: Processes, sandbox: str) -> None:
    send_events_to(processes.web(), sandbox)
    worker, beat = processes.worker(), processes.beat()
    hold_back(sandbox)
    ids = new_customers(sandbox, BURST)
    with held(processes.environment["DATABASE_URL"], ids[0]):
        let_go(sandbox)
        until(lambda: waiting_for(ids[0]) > 0, what="a worker in the middle of a batch")
        redis.kill()
        away_since = time.monotonic()
        until(lambda: all_delivered(sandbox), what="answers without a Redis")
    until(lambda: set(stored().values()) == {"processed"}, what="the end of what the worker had begun")

    new_customers(sandbox, BURST)
    until(lambda: all_delivered(sandbox), what="answers without a Redis")
    until(lambda: time.monotonic() - away_since > AWAY, what="the end of the time without Redis")
    assert list(stored().values()).count("received") == BURST
    for event in all_events(sandbox):
        assert statuses_of(sandbox, event["id"]) == [200]

    redis.start()
    until_everything_arrived(sandbox, seconds=180)
    assert_each_has_its_effect_once(sandbox)
    assert (worker.running, beat.running) == (True, True)
