from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from billing import metrics
from billing.metrics import BillingState
from billing.models import StripeObject, WebhookEvent
from billing.models.reconciliation import DiscrepancyKind
from billing.models.webhook_event import EventStatus

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def event(number: int, status: EventStatus, due_in: timedelta) -> WebhookEvent:
    return WebhookEvent.objects.create(
        stripe_event_id=f"evt_{number}",
        event_type="invoice.paid",
        stripe_created_at=NOW,
        payload="{}",
        status=status,
        next_retry_at=NOW + due_in,
    )


def values() -> dict[str, float]:
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in BillingState(NOW).collect()
        for sample in family.samples
    }


def test_an_empty_installation_has_nothing_waiting():
    assert values() == {
        "database_up": 1,
        "webhook_inbox_events[received]": 0,
        "webhook_inbox_events[failed]": 0,
        "webhook_inbox_events[dead]": 0,
        "webhook_inbox_events[quarantined]": 0,
        "webhook_dead_letter_queue_size": 0,
        "webhook_inbox_oldest_due_seconds": 0,
        "stripe_commands_unfinished": 0,
        "stripe_mirror_due": 0,
        "stripe_circuit_open": 0,
        **{f"reconciliation_discrepancies[{kind}]": 0 for kind in DiscrepancyKind.values},
    }


def test_what_waits_is_counted_by_status():
    for number, status in enumerate(
        [EventStatus.RECEIVED, EventStatus.DEAD, EventStatus.DEAD, EventStatus.QUARANTINED, EventStatus.PROCESSED]
    ):
        event(number, status, timedelta())
    seen = values()
    assert seen["webhook_inbox_events[received]"] == 1
    assert seen["webhook_dead_letter_queue_size"] == seen["webhook_inbox_events[dead]"] == 2
    assert seen["webhook_inbox_events[quarantined]"] == 1


def test_the_oldest_due_event_gives_the_age_and_those_of_later_do_not():
    event(1, EventStatus.RECEIVED, timedelta(seconds=-90))
    event(2, EventStatus.FAILED, timedelta(seconds=-30))
    event(3, EventStatus.FAILED, timedelta(hours=1))
    event(4, EventStatus.DEAD, timedelta(days=-1))
    assert values()["webhook_inbox_oldest_due_seconds"] == 90


def test_objects_that_the_mirror_has_not_seen_are_counted():
    for number, due in enumerate([NOW, NOW + timedelta(minutes=1), None]):
        StripeObject.objects.create(
            stripe_id=f"sub_{number}", object_type="subscription", api_version="x", snapshot={}, mirror_due_at=due
        )
    assert values()["stripe_mirror_due"] == 1


def test_one_query_is_enough(django_assert_num_queries):
    with django_assert_num_queries(1):
        list(BillingState(NOW).collect())


def test_without_a_database_only_that_is_said(monkeypatch):
    class Gone:
        def cursor(self):
            raise DatabaseError("gone")

    monkeypatch.setattr(metrics, "connection", Gone())
    assert values() == {"database_up": 0}
