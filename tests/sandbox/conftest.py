"""One sandbox process for the session, emptied before each test; the official SDK drives it."""

from collections.abc import Iterator

import pytest
import stripe

from tests.sandbox.lived_company import Company, lived
from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import START, Account


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with running_sandbox(clock=START) as url:
        yield url


@pytest.fixture
def account(sandbox_url: str) -> Iterator[Account]:
    """An empty account whose clock stands at 2024-01-15 12:00:00 UTC."""
    made = Account.at(sandbox_url)
    made.control("reset", {"clock": START})
    made.control(
        "deliveries",
        {
            "pause": False,
            "duplicate": 0,
            "lose": 0,
            "shuffle": False,
            "retry_base": 0.02,
            "max_attempts": 16,
            "timeout": 20,
        },
    )
    yield made
    made.control("faults", method="DELETE")


@pytest.fixture(scope="session")
def company() -> Company:
    """A company of 140 customers after 14 months: each fate at least once."""
    with running_sandbox(clock=START) as url:
        return lived(url, customers=140, months=14, seed="books")


@pytest.fixture
def client(account: Account) -> stripe.StripeClient:
    return account.client
