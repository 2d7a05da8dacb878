"""Row F08: a Redis with little memory that throws away whatever it likes (`allkeys-lru`) throws away the queue of
messages to the workers. The events are in the table all the same, and are done with the next sweep."""

from itertools import count

import pytest
import redis as redis_client

from tests.flows.arrivals import (
    all_delivered,
    assert_each_has_its_effect_once,
    hold_back,
    let_go,
    new_customers,
    send_events_to,
    statuses_of,
    until_everything_arrived,
)
from tests.flows.processes import Processes, until
from tests.flows.redis_server import RedisServer
from tests.stripe_events import all_events

pytestmark = pytest.mark.processes
BURST = 20
QUEUE = "celery"


def fill_until_it_forgets(client: redis_client.Redis) -> None:
    """As a cache in the same Redis does."""
    numbers = count()

    def gone() -> bool:
        client.set(f"page {next(numbers)}", "x" * 100_000)
        return not client.exists(QUEUE)

    until(gone, what="the loss of the queue")


def test_they_are_done_with_the_next_sweep(redis: RedisServer, processes: Processes, sandbox: str) -> None:
    send_events_to(processes.web(), sandbox)
    with redis_client.Redis.from_url(redis.url) as client:
        client.config_set("maxmemory", "4mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
        hold_back(sandbox)
        new_customers(sandbox, BURST)
        let_go(sandbox)
        until(lambda: all_delivered(sandbox), what="answers to the burst")
        assert client.llen(QUEUE) > 0
        fill_until_it_forgets(client)
        new_customers(sandbox, BURST)
        until(lambda: all_delivered(sandbox), what="answers of a full Redis")
    assert all(statuses_of(sandbox, event["id"]) == [200] for event in all_events(sandbox))
    assert processes.manage("process_webhooks").returncode == 0
    until_everything_arrived(sandbox)
    assert_each_has_its_effect_once(sandbox)
