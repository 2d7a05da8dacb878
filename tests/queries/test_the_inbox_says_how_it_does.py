"""Home and health show at a glance whether Stripe's events are being worked off."""

from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from billing.models import StripeObject, WebhookEvent
from billing.queries.inbox import InboxState, Waiting, last_hour, state, waiting

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_numbers = count(1)


def event(status: str = "received", *, ago: float = 0, due_ago: float = 0) -> WebhookEvent:
    """Received `ago` seconds before now, due (again) since `due_ago`; negative is to come."""
    return WebhookEvent.objects.create(
        stripe_event_id=f"evt_{next(_numbers)}",
        event_type="customer.updated",
        stripe_created_at=NOW,
        payload="{}",
        status=status,
        received_at=NOW - timedelta(seconds=ago),
        next_retry_at=NOW - timedelta(seconds=due_ago),
    )


def snapshot(due_ago: float | None) -> None:
    due = None if due_ago is None else NOW - timedelta(seconds=due_ago)
    StripeObject.objects.create(
        stripe_id=f"cus_{next(_numbers)}", object_type="customer", api_version="", snapshot={}, mirror_due_at=due
    )


def test_of_nothing_everything_is_nothing() -> None:
    assert astuple(state(NOW)) == ((0, 0, 0, 0, 0), 0, 0)


def test_each_status_is_counted_in_its_place() -> None:
    for number, status in enumerate(["received", "failed", "dead", "quarantined", "processed", "ignored"], start=1):
        for _ in range(number):
            event(status)
    counts = Waiting(received=1, retrying=2, dead=3, quarantined=4, oldest_due_seconds=0)
    assert state(NOW) == InboxState(counts, processed_last_hour=5, mirror_due=0)


@pytest.mark.parametrize(("ago", "counted"), [(0, 1), (3599, 1), (3600, 1), (3601, 0), (-1, 1)])
def test_the_last_hour_is_an_hour(ago: float, counted: int) -> None:
    event("processed", ago=ago)
    assert state(NOW).processed_last_hour == counted


WAITS: list[tuple[list[dict[str, Any]], int]] = [
    ([{"due_ago": 90}], 90),
    ([{"due_ago": 0}], 0),
    ([{"due_ago": 1.9}], 1),
    ([{"due_ago": -60}], 0),
    ([{"due_ago": 10}, {"due_ago": 300}, {"due_ago": -5}], 300),
    ([{"status": "failed", "due_ago": 7}], 7),
    ([{"status": "failed", "due_ago": -7, "ago": 9000}], 0),
    ([{"status": "dead", "due_ago": 9000}, {"due_ago": 3}], 3),
    ([{"status": "processed", "due_ago": 9000}, {"status": "quarantined", "due_ago": 9000}], 0),
    ([{"due_ago": 86_400 * 3}], 259_200),
]


@pytest.mark.parametrize(("events", "seconds"), WAITS)
def test_the_wait_is_that_of_the_oldest_that_is_due(events: list[dict[str, Any]], seconds: int) -> None:
    """A retry that is due later does not wait; nor does what nobody will try again."""
    for one in events:
        event(**one)
    assert waiting(NOW).oldest_due_seconds == seconds


def test_snapshots_that_are_due_for_the_mirror_are_counted() -> None:
    for due_ago in (0, 50, -1, None):
        snapshot(due_ago)
    assert state(NOW).mirror_due == 2


def test_it_takes_three_queries_and_changes_nothing(django_assert_num_queries: Any) -> None:
    one = event("failed", due_ago=5)
    with django_assert_num_queries(3):
        state(NOW)
    fresh = WebhookEvent.objects.get()
    assert (fresh.status, fresh.next_retry_at) == (one.status, one.next_retry_at)


def test_the_last_hour_is_told_by_minute_and_by_outcome() -> None:
    for status, ago in [("processed", 0), ("ignored", 61), ("failed", 61), ("dead", 3000), ("processed", 3700)]:
        event(status, ago=ago)
    hour = last_hour(NOW)
    assert (hour.received, hour.done, hour.failed, hour.success_rate) == (4, 2, 2, 0.5)
    assert len(hour.by_minute) == 60
    assert sum(hour.by_minute[-3:]) == 3


def test_where_nothing_was_tried_there_is_no_rate() -> None:
    event("received", ago=1)
    assert last_hour(NOW).success_rate is None
