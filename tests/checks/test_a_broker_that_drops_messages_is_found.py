"""Row F08: a Redis that throws keys away when it is full may throw away what wakes the workers."""

from collections.abc import Iterator

import pytest
import redis
from django.core.checks import run_checks

from billing.checks.broker import check_broker_drops_no_messages
from tests.flows.processes import free_port
from tests.flows.redis_server import PROGRAM, RedisServer

SMALL = "4mb"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if not PROGRAM:
        pytest.skip("there is no redis-server on this machine: what one says of its memory is not looked at")
    made = RedisServer(tmp_path_factory.mktemp("broker") / "redis")
    made.start()
    yield made
    made.kill()


def found(server: RedisServer, settings, *, maxmemory: str, policy: str) -> list:
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", maxmemory)
        client.config_set("maxmemory-policy", policy)
    settings.CELERY_BROKER_URL = server.url
    return list(check_broker_drops_no_messages())


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "allkeys-random"])
def test_it_is_named_with_its_policy_and_what_to_do(server: RedisServer, settings, policy: str):
    (message,) = found(server, settings, maxmemory=SMALL, policy=policy)
    assert message.id == "billing.W011"
    assert policy in message.msg
    assert "noeviction" in message.hint


@pytest.mark.parametrize(
    ("maxmemory", "policy"),
    [(SMALL, "noeviction"), (SMALL, "volatile-lru"), ("0", "allkeys-lru")],
    ids=["it refuses instead", "only what has an end", "without a limit it never does"],
)
def test_of_others_there_is_nothing_to_say(server: RedisServer, settings, maxmemory: str, policy: str):
    assert found(server, settings, maxmemory=maxmemory, policy=policy) == []


@pytest.mark.parametrize("url", ["memory://", "pgmq://app_broker:x@127.0.0.1:9/nothing", "redis://127.0.0.1:{}/0"])
def test_what_is_no_redis_or_does_not_answer_is_left_to_others(settings, url: str):
    settings.CELERY_BROKER_URL = url.format(free_port())
    assert list(check_broker_drops_no_messages()) == []


def test_it_is_asked_about_for_a_deployment_alone(server: RedisServer, settings):
    found(server, settings, maxmemory=SMALL, policy="allkeys-lru")
    ids = [{message.id for message in run_checks(tags=["broker"], include_deployment_checks=d)} for d in (0, 1)]
    assert ["billing.W011" in each for each in ids] == [False, True]
