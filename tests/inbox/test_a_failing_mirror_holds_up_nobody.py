"""dj-stripe has a queue of its own: what it cannot store is retried, counted and shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.inbox.mirror_queue import mirror_due
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import StripeObject, Subscription, WebhookEvent
from tests.inbox.signups import body, events_of_a_signup
from tests.inbox.webhooks import START, encoded, event

pytestmark = pytest.mark.usefixtures("committing")
SECONDS = 100


@pytest.fixture
def events(stripe_client: Any, sandbox: str) -> list[dict[str, Any]]:
    return events_of_a_signup(stripe_client, sandbox)


def hear(events: list[dict[str, Any]]) -> None:
    for one in events:
        receive(body(one), now=timezone.now())
    process_due()


def test_it_is_retried_while_the_projection_goes_on(events: list[dict[str, Any]], sandbox: str, settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # dj-stripe cannot ask for what it misses
    parents = ("customer", "product", "price", "payment_method")
    hear([one for one in events if one["data"]["object"]["object"] not in parents])
    tally = mirror_due(seconds=SECONDS)
    assert tally.failed > 0
    assert Subscription.objects.get().status == "active"
    assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()
    failed = StripeObject.objects.exclude(mirror_error="")
    assert failed.count() == tally.failed
    assert all(row.mirror_attempts == 1 and row.mirror_due_at > timezone.now() for row in failed)
    assert mirror_due(seconds=SECONDS).failed == 0  # not before its time
    settings.STRIPE_API_BASE = sandbox
    mirror_due(seconds=SECONDS, now=timezone.now() + timedelta(minutes=10))
    assert not StripeObject.objects.exclude(mirror_due_at=None, mirror_error="").exists()


def test_one_object_that_fails_for_ever_leaves_the_others_alone(events: list[dict[str, Any]]) -> None:
    orphan = {"id": "ch_orphan", "object": "charge", "customer": "cus_nobody", "livemode": False}
    broken = {**orphan, "created": START, "amount": "much", "currency": None, "status": "succeeded"}
    receive(encoded(event("evt_broken", "charge.pending", about=broken)), now=timezone.now())
    hear(events)
    StripeObject.objects.filter(stripe_id="ch_orphan").update(mirror_due_at=timezone.now())
    tally = mirror_due(seconds=SECONDS)
    waiting = set(StripeObject.objects.exclude(mirror_due_at=None).values_list("stripe_id", flat=True))
    assert waiting <= {"ch_orphan"}
    assert tally.synced >= StripeObject.objects.count() - 1


def test_a_newer_snapshot_is_due_again(events: list[dict[str, Any]], stripe_client: Any, sandbox: str) -> None:
    hear(events)
    mirror_due(seconds=SECONDS)
    customer = next(one["data"]["object"] for one in events if one["type"] == "customer.created")
    renamed = {**customer, "name": "Renamed"}
    newer = event("evt_renamed", about=renamed, created=events[-1]["created"] + 60)
    hear([newer])
    assert list(StripeObject.objects.mirror_due(now=timezone.now()).values_list("stripe_id", flat=True)) == [
        customer["id"]
    ]
    assert (mirror_due(seconds=SECONDS).synced, mirror_due(seconds=SECONDS).synced) == (1, 0)
