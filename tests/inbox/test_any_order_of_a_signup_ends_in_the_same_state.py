"""Stripe promises neither order nor single delivery. Row F11, of a signup."""

import random
from typing import Any

import pytest

from tests.inbox.orders import in_one_transaction, outcome_of  # noqa: F401 - a fixture
from tests.inbox.signups import events_of_a_signup

ORDERS = 20


@pytest.fixture
def events(stripe_client: Any, sandbox: str) -> list[dict[str, Any]]:
    return events_of_a_signup(stripe_client, sandbox)


@pytest.mark.django_db
@pytest.mark.usefixtures("in_one_transaction")
@pytest.mark.parametrize("one_by_one", [False, True])
def test_shuffled_and_duplicated(events: list[dict[str, Any]], one_by_one: bool) -> None:
    expected = outcome_of(cut(events, one_by_one))
    assert len(expected["Subscription"]) == 1
    for seed in range(ORDERS):
        shuffled = events + events
        random.Random(seed).shuffle(shuffled)
        assert outcome_of(cut(shuffled, one_by_one)) == expected, f"seed {seed}"


def cut(events: list[dict[str, Any]], one_by_one: bool) -> list[list[dict[str, Any]]]:
    return [[event] for event in events] if one_by_one else [events]
