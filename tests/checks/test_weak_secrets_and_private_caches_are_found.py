import secrets as random

import pytest

from billing.checks import cache, secrets

KEY = random.token_hex(32)


def ids(check):
    found = list(check())
    assert all(message.hint for message in found)
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("length", "debug", "expected"), [(50, False, []), (49, False, ["billing.E008"]), (1, True, [])]
)
def test_the_secret_key(settings, length, debug, expected):
    settings.SECRET_KEY, settings.DEBUG = "x" * length, debug
    assert ids(secrets.check_secret_key) == expected


@pytest.mark.parametrize(
    ("keys", "debug", "expected"),
    [
        ([KEY], False, []),
        ([random.token_urlsafe(32), KEY], False, []),
        ([], False, ["billing.E009"]),
        ([], True, []),
        ([KEY[:40]], False, ["billing.E010"]),
        (["a passphrase of more than forty-three characters"], False, ["billing.E010"]),
    ],
)
def test_the_encryption_keys(settings, keys, debug, expected):
    settings.ENCRYPTION_KEYS, settings.DEBUG = keys, debug
    assert ids(secrets.check_encryption_keys) == expected


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [({"TIMEOUT": 3600}, []), ({}, []), ({"TIMEOUT": 0}, []), ({"TIMEOUT": None}, ["billing.E011"])],
)
def test_a_cache_that_never_forgets(settings, timeout, expected):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", **timeout}}
    assert ids(cache.check_caches_expire) == expected


@pytest.mark.parametrize(
    ("backend", "debug", "expected"),
    [
        ("django.core.cache.backends.locmem.LocMemCache", False, ["billing.E012"]),
        ("django.core.cache.backends.dummy.DummyCache", False, ["billing.E012"]),
        ("django.core.cache.backends.locmem.LocMemCache", True, []),
        ("django.core.cache.backends.db.DatabaseCache", False, []),
        ("django.core.cache.backends.redis.RedisCache", False, []),
    ],
)
def test_a_cache_that_nobody_shares(settings, backend, debug, expected):
    settings.CACHES, settings.DEBUG = {"default": {"BACKEND": backend}}, debug
    assert ids(cache.check_cache_is_shared) == expected
