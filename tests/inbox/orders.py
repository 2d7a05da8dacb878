"""Deliveries in any order and any cut, each tried on the same database and rolled back."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import StripeObject, WebhookEvent
from billing.projection.settle import canonical
from tests.inbox.signups import body, state

Outcome = dict[str, list[str]]


class RolledBack(Exception):
    """Ends a try without a trace."""


@pytest.fixture
def in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try is a transaction, in which Stripe may be asked and nothing waits by the clock."""
    monkeypatch.setattr("billing.gateway.client.refuse_open_transaction", lambda: None)
    monkeypatch.setattr("billing.inbox.marks.TOO_EARLY_DELAY", timedelta(0))


def outcome_of(deliveries: Sequence[Sequence[dict[str, Any]]], **also: Callable[[], list[str]]) -> Outcome:
    """The state after these deliveries, of which each is processed before the next comes; nothing of it is kept.
    `also` are further tables that are looked at then."""
    found: Outcome = {}
    try:
        with transaction.atomic():
            for events in deliveries:
                for event in events:
                    receive(body(event), now=timezone.now())
                process_due()
            process_due(now=timezone.now() + timedelta(days=1))
            assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()
            found = {**state(), "snapshots": snapshots(), "mirror": wanted_by_the_mirror()}
            found |= {name: look() for name, look in also.items()}
            raise RolledBack
    except RolledBack:
        return found
    raise AssertionError


def snapshots() -> list[str]:
    """What is known of each object, and since when."""
    rows = StripeObject.objects.values("stripe_id", "object_type", "snapshot", "deleted", "event_time", "livemode")
    return sorted(canonical({key: str(value) for key, value in row.items()}) for row in rows)


def wanted_by_the_mirror() -> list[str]:
    """What is due for dj-stripe; with which content, `state` tells of each object."""
    return sorted(StripeObject.objects.exclude(mirror_due_at=None).values_list("stripe_id", flat=True))


def differences(one: Outcome, other: Outcome) -> list[str]:
    """Rows that are in one of them only, short enough to be read."""
    found = []
    for name in one:
        for sign, rows in (("-", set(one[name]) - set(other[name])), ("+", set(other[name]) - set(one[name]))):
            found += [f"{sign} {name} {row[:2000]}" for row in sorted(rows)]
    return found


def pieces(events: Sequence[dict[str, Any]], dice: random.Random, *, at_most: int) -> Iterator[list[dict[str, Any]]]:
    """Cut where the dice say."""
    start = 0
    while start < len(events):
        end = start + dice.randint(1, at_most)
        yield list(events[start:end])
        start = end
