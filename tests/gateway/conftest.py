"""Whom the gateway asks: a recording server for the bytes, the sandbox for the behaviour."""

from collections.abc import Iterator
from typing import Any

import pytest

from billing.gateway import client
from tests.gateway.wire import Wire, listening
from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import START, Account


@pytest.fixture(autouse=True)
def pace(request: pytest.FixtureRequest) -> None:
    """Each request takes its turn from a row of the database; what a test leaves there is rolled back."""
    if "committing" not in request.fixturenames:
        request.getfixturevalue("db")


@pytest.fixture(scope="session")
def recorder() -> Iterator[Wire]:
    with listening() as wire:
        yield wire


@pytest.fixture
def wire(recorder: Wire, settings: Any) -> Iterator[Wire]:
    """In Stripe's place, with an empty record; it answers {"id": "x_1"} until told otherwise."""
    recorder.asked.clear()
    recorder.at.clear()
    recorder.answers_with(200, {"id": "x_1"})
    settings.STRIPE_API_BASE = recorder.base
    client._client.cache_clear()
    yield recorder
    client._client.cache_clear()


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with running_sandbox(clock=START) as url:
        yield url


@pytest.fixture
def account(sandbox_url: str, settings: Any) -> Iterator[Account]:
    """An empty account that the gateway asks, and the test with the SDK's own client."""
    settings.STRIPE_API_BASE = sandbox_url
    client._client.cache_clear()
    made = Account.at(sandbox_url)
    made.control("reset", {"clock": START})
    yield made
    made.control("faults", method="DELETE")
    client._client.cache_clear()
