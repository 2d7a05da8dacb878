"""Retried with growing pauses, dead after the cap, and the neighbours never notice. Row F13."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.domain.retry import FIRST_DELAY, MAX_ATTEMPTS
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Organization, WebhookEvent
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import START, customer, encoded, event

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.filterwarnings("ignore")]


def give(count: int = 5) -> None:
    for number in range(count):
        about = customer(f"cus_{number}", name=f"Name {number}")
        receive(encoded(event(f"evt_{number}", about=about, created=START + number)), now=timezone.now())


def bad() -> WebhookEvent:
    return WebhookEvent.objects.get(stripe_event_id="evt_2")


def marks_of_the_handler() -> set[str]:
    return {entry.target_id for entry in AuditEntry.objects.filter(target_id__startswith="handled")}


def try_again() -> None:
    """As if the time of its retry had come."""
    process_due(now=bad().next_retry_at)


def test_the_neighbours_of_its_batch_are_processed(mood: Mood) -> None:  # noqa: F811
    mood.breaks = lambda event: event.id == "evt_2"
    give()
    tally = process_due()
    assert (tally.succeeded, tally.failed) == (4, 1)
    assert WebhookEvent.objects.filter(status="processed").count() == 4
    assert marks_of_the_handler() == {f"handled evt_{number}" for number in (0, 1, 3, 4)}


def test_a_failure_leaves_no_trace_but_its_own_row(mood: Mood) -> None:  # noqa: F811
    mood.breaks = lambda event: event.id == "evt_2"
    give()
    process_due()
    assert not Organization.objects.filter(stripe_customer_id="cus_2").exists()
    assert not AuditEntry.objects.filter(target_id__in=["cus_2", "handled evt_2"]).exists()
    row = bad()
    assert (row.status, row.retry_count, row.error_code) == ("failed", 1, "RuntimeError")
    assert row.error_message == "cannot handle evt_2"


def test_the_pauses_grow_until_it_is_dead(mood: Mood) -> None:  # noqa: F811
    mood.breaks = lambda event: event.id == "evt_2"
    give()
    process_due()
    for attempt in range(1, MAX_ATTEMPTS):
        row = bad()
        assert (row.status, row.retry_count) == ("failed", attempt)
        whole = min(FIRST_DELAY * 2 ** (attempt - 1), timedelta(hours=24))
        pause = row.next_retry_at - timezone.now()
        assert whole / 2 - timedelta(seconds=30) <= pause <= whole
        assert process_due(now=timezone.now()).processed == 0  # before its time nothing happens
        try_again()
    assert (bad().status, bad().retry_count) == ("dead", MAX_ATTEMPTS)
    calls = len(mood.calls)
    assert process_due(now=timezone.now() + timedelta(days=365)).processed == 0
    assert len(mood.calls) == calls


def test_a_later_success_counts_once(mood: Mood) -> None:  # noqa: F811
    mood.breaks = lambda event: event.id == "evt_2"
    give()
    process_due()
    mood.breaks = lambda event: False
    try_again()
    row = bad()
    assert (row.status, row.error_code, row.error_message) == ("processed", "", "")
    assert Organization.objects.get(stripe_customer_id="cus_2").name == "Name 2"
    assert AuditEntry.objects.filter(target_id="handled evt_2").count() == 1
    assert AuditEntry.objects.filter(target_id="cus_2").count() == 1


def test_while_it_waits_newer_events_of_its_object_are_processed(mood: Mood) -> None:  # noqa: F811
    mood.breaks = lambda event: event.id == "evt_2"
    give()
    process_due()
    newer = event("evt_newer", about=customer("cus_2", name="Newer"), created=START + 100)
    receive(encoded(newer), now=timezone.now())
    process_due()
    mood.breaks = lambda event: False
    try_again()
    assert Organization.objects.get(stripe_customer_id="cus_2").name == "Newer"
    assert bad().superseded
