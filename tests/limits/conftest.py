"""Both stores of counters: the database, and a Redis of the test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from billing.limits import limiter, on_redis
from tests.flows.processes import free_port
from tests.flows.redis_server import PROGRAM, RedisServer


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not PROGRAM:
        pytest.skip("there is no redis-server on this machine: counters in Redis are not tested")
    server = RedisServer(tmp_path_factory.mktemp("limits") / "redis")
    server.start()
    yield server.url
    server.kill()


@pytest.fixture
def on_a_redis(redis_url: str, settings: Any) -> str:
    """Make it the cache, empty."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
    }
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    yield redis_url
    on_redis._client(redis_url).close()
    on_redis._made.cache_clear()
    limiter._paused_until.clear()


@pytest.fixture(params=["postgresql", "redis"])
def store(request: pytest.FixtureRequest, committing: str) -> str:
    """Runs the test with each; both with a database, where everything commits."""
    if request.param == "redis":
        request.getfixturevalue("on_a_redis")
    return str(request.param)


@pytest.fixture
def nowhere(settings: Any) -> Path:
    """A cache in a Redis that is not there."""
    url = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
    yield url
    on_redis._made.cache_clear()
    limiter._paused_until.clear()
