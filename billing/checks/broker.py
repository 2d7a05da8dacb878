"""The broker."""

from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from redis.exceptions import RedisError

PATIENCE_SECONDS = 2


@register("broker", deploy=True)
def check_broker_drops_no_messages(**_: object) -> Iterator[CheckMessage]:
    """A broker that does not answer is found by health checks; here it is no news."""
    memory = _memory(settings.CELERY_BROKER_URL)
    policy = str(memory.get("maxmemory_policy", ""))
    if int(memory.get("maxmemory", 0)) and policy.startswith("allkeys-"):
        yield Warning(
            f"The Redis of CELERY_BROKER_URL drops messages to workers when its memory is full (maxmemory-policy "
            f"{policy}). No work is lost, since it all stands in the database, but it waits for the next sweep.",
            hint="Set maxmemory-policy to noeviction, and give a cache that may be dropped a Redis of its own.",
            id="billing.W011",
        )


def _memory(url: str) -> dict[str, Any]:
    """What Redis says of its memory; nothing where there is no Redis, or none that answers."""
    if not url.startswith(("redis://", "rediss://")):
        return {}
    try:
        with redis.Redis.from_url(
            url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        ) as client:
            return dict(client.info("memory"))
    except (RedisError, OSError):
        return {}
