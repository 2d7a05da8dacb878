"""The cache, which web and worker processes share."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

NOT_SHARED = ("LocMemCache", "DummyCache")


@register(Tags.caches)
def check_caches_expire(**_: object) -> Iterator[CheckMessage]:
    for alias, cache in settings.CACHES.items():
        if cache.get("TIMEOUT", 300) is None:
            yield Error(
                f"The cache {alias!r} keeps entries for ever: a change that misses its invalidation never shows.",
                hint="Take `timeout` out of CACHE_URL and set CACHE_MAX_AGE, in seconds.",
                id="billing.E011",
            )


@register(Tags.caches)
def check_cache_is_shared(**_: object) -> Iterator[CheckMessage]:
    if not settings.DEBUG and str(settings.CACHES["default"]["BACKEND"]).endswith(NOT_SHARED):
        yield Error(
            "CACHE_URL names a cache that each process has for itself: web and workers would disagree.",
            hint="Use redis://host:6379/0, or dbcache://cache for the cache in the database.",
            id="billing.E012",
        )
