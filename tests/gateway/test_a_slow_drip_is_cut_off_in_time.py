"""A time-out of each wait would let a server that sends a byte a second hold a request for ever. Row F21."""

import time
from typing import Any

import pytest

from billing.gateway import client
from billing.gateway.client import ask
from billing.gateway.errors import Unknown
from tests.gateway.dripping import BODY, HEAD, dripping, seconds_since

SLOWLY = {"the head": (b"", HEAD + BODY), "the body": (HEAD, BODY)}


@pytest.fixture(autouse=True)
def limits(settings: Any) -> Any:
    settings.STRIPE_TIMEOUT_SECONDS = 0.5
    settings.STRIPE_BULK_TIMEOUT_SECONDS = 20
    yield
    client._client.cache_clear()


def asked(base: str, settings: Any, **options: Any) -> Any:
    settings.STRIPE_API_BASE = base
    client._client.cache_clear()
    return ask("get", "/v1/customers/x_1", operation="test.drip", **options)


@pytest.mark.parametrize("part", SLOWLY)
def test_it_ends_when_the_time_of_the_whole_request_is_over(settings: Any, part: str) -> None:
    at_once, slowly = SLOWLY[part]
    with dripping(at_once=at_once, slowly=slowly, pause=0.2) as base:
        began = time.monotonic()
        with pytest.raises(Unknown):
            asked(base, settings)
        assert 0.4 < seconds_since(began) < 3


@pytest.mark.parametrize("part", SLOWLY)
def test_an_answer_that_comes_in_time_is_read_whatever_its_pieces(settings: Any, part: str) -> None:
    at_once, slowly = SLOWLY[part]
    with dripping(at_once=at_once, slowly=slowly, pause=0.001) as base:
        assert asked(base, settings, bulk=True)["id"] == "x_1"


def test_the_next_request_has_all_its_time(settings: Any) -> None:
    with dripping(at_once=HEAD[:10], slowly=HEAD, pause=0.2) as base, pytest.raises(Unknown):
        asked(base, settings)
    with dripping(at_once=HEAD + BODY, slowly=b"", pause=0) as base:
        assert asked(base, settings)["id"] == "x_1"
