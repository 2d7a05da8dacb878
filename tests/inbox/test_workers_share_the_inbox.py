"""Several workers at once take every event once, and do nothing twice."""

from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.inbox.registry import handled_types
from billing.models import Organization, SubscriptionChange, WebhookEvent
from tests.inbox.signups import body, events_of_a_signup, state
from tests.inbox.webhooks import START, customer, encoded, event
from tests.inbox.workers import work_together
from tests.stripe_events import all_events

pytestmark = pytest.mark.usefixtures("committing")


def test_two_hundred_events_have_two_hundred_effects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.inbox.process.BATCH", 10)  # so that all four get some
    for number in range(200):
        about = customer(f"cus_{number % 50}", name=f"Name {number}")
        one = event(f"evt_{number}", "customer.updated", about=about, previous={"name": "x"}, created=START + number)
        receive(encoded(one), now=timezone.now())
    tallies = work_together()
    assert sum(tally.succeeded for tally in tallies) == 200
    assert sum(tally.failed for tally in tallies) == 0
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"processed"}
    assert AuditEntry.objects.count() == 200
    names = dict(Organization.objects.values_list("stripe_customer_id", "name"))
    assert names == {f"cus_{number}": f"Name {number + 150}" for number in range(50)}


def test_signups_end_as_with_one_worker(stripe_client: Any, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real objects that depend on each other, each event delivered twice; what ties is asked of Stripe."""
    monkeypatch.setattr("billing.inbox.process.BATCH", 7)
    for _ in range(4):
        events_of_a_signup(stripe_client, sandbox)
    events = all_events(sandbox)
    for one in events + events:
        receive(body(one), now=timezone.now())
    work_together()
    finish()
    assert set(WebhookEvent.objects.values_list("status", flat=True)) <= {"processed", "ignored"}
    told = [entry.after["event"] for entry in AuditEntry.objects.all()]
    assert sorted(told) == sorted(one["id"] for one in events if one["type"] in handled_types())
    assert SubscriptionChange.objects.count() == len(
        [one for one in events if one["type"].startswith("customer.subscription")]
    )
    together = state()
    again(monkeypatch)
    assert state() == together


def finish() -> None:
    """Whatever was too early is due within seconds; the sweep would come."""
    WebhookEvent.objects.filter(status="failed").update(next_retry_at=timezone.now())
    process_due()


def again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event once more, by one worker."""
    monkeypatch.setattr("billing.inbox.process.BATCH", 500)
    WebhookEvent.objects.update(status="received", superseded=False)
    process_due()
