"""Stripe promises neither order nor single delivery."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import WebhookEvent
from tests.inbox.signups import body, events_of_a_signup, state

ORDERS = 20


class RolledBack(Exception):
    """Ends a try without a trace."""


def outcome_of(events: list[dict[str, Any]], *, one_by_one: bool) -> dict[str, list[str]]:
    """The state after these deliveries; nothing of it is kept."""
    found: dict[str, list[str]] = {}
    try:
        with transaction.atomic():
            for event in events:
                receive(body(event), now=timezone.now())
                if one_by_one:
                    process_due()
            process_due(now=timezone.now() + timedelta(days=1))
            assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()
            found = state()
            raise RolledBack
    except RolledBack:
        return found
    raise AssertionError


@pytest.fixture
def events(stripe_client: Any, sandbox: str) -> list[dict[str, Any]]:
    return events_of_a_signup(stripe_client, sandbox)


@pytest.mark.django_db
@pytest.mark.parametrize("one_by_one", [False, True])
def test_shuffled_and_duplicated(events: list[dict[str, Any]], one_by_one: bool, monkeypatch: Any) -> None:
    monkeypatch.setattr("billing.gateway.client.refuse_open_transaction", lambda: None)  # the try is a transaction
    monkeypatch.setattr("billing.inbox.marks.TOO_EARLY_DELAY", timedelta(0))
    expected = outcome_of(events, one_by_one=one_by_one)
    assert len(expected["Subscription"]) == 1
    for seed in range(ORDERS):
        shuffled = events + events
        random.Random(seed).shuffle(shuffled)
        assert outcome_of(shuffled, one_by_one=one_by_one) == expected, f"seed {seed}"
