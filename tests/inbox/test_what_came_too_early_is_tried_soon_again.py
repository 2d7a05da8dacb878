"""An event whose owner is not known yet is tried every few seconds, then as any that failed for the first time: the
quick tries do not count, so that it neither sleeps for an hour nor dies for them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.domain.retry import MAX_ATTEMPTS
from billing.inbox.marks import QUICK_RETRIES, TOO_EARLY_DELAY
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import DeadLetter, WebhookEvent
from tests.inbox.webhooks import START, customer, encoded, event
from tests.projection.payments import charge, refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def early() -> WebhookEvent:
    """A refund of a charge that nobody has told of."""
    receive(encoded(event("evt_1", "refund.created", about=refund())), now=timezone.now())
    return WebhookEvent.objects.get()


def delays(row: WebhookEvent, count: int) -> list[timedelta]:
    """How long it waits after each of so many tries."""
    found = []
    for _ in range(count):
        row.refresh_from_db()
        now = max(row.next_retry_at, timezone.now())
        process_due(now=now)
        before = timezone.now()
        row.refresh_from_db()
        found.append(row.next_retry_at - before)
    return found


def test_first_in_seconds_then_in_minutes(early: WebhookEvent) -> None:
    *quick, first, second = delays(early, QUICK_RETRIES + 2)
    assert max(quick) <= TOO_EARLY_DELAY
    assert first <= timedelta(minutes=1)
    assert timedelta(minutes=1) - TOO_EARLY_DELAY <= second <= timedelta(minutes=2)


def test_it_dies_after_as_many_tries_as_any_other(early: WebhookEvent) -> None:
    delays(early, QUICK_RETRIES + MAX_ATTEMPTS - 1)
    early.refresh_from_db()
    assert early.status == "failed"
    delays(early, 1)
    early.refresh_from_db()
    assert (early.status, DeadLetter.objects.get().attempts) == ("dead", QUICK_RETRIES + MAX_ATTEMPTS)


def test_once_its_owner_is_known_it_is_applied(early: WebhookEvent) -> None:
    delays(early, QUICK_RETRIES + 1)
    for number, (kind, about) in enumerate([("customer.created", customer("cus_1")), ("charge.succeeded", charge())]):
        receive(encoded(event(f"evt_0{number}", kind, about=about, created=START)), now=timezone.now())
    process_due(now=timezone.now() + timedelta(minutes=1))
    early.refresh_from_db()
    assert early.status == "processed"
