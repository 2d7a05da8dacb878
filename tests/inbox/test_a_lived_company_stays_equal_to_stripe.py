"""Months of several customers, heard of by events alone: cheap to follow, mirrored whole, and made again alike."""

from typing import Any

import pytest
from django.utils import timezone
from djstripe import models as djstripe_models

from billing import models
from billing.gateway import mirror
from billing.inbox.mirror_queue import mirror_due
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import StripeObject, Subscription, WebhookEvent
from billing.projection.rebuild import rebuild_projection
from tests.inbox.companies import Company
from tests.inbox.signups import body, state
from tests.inbox.stripe_calls import calls_to_stripe
from tests.stripe_events import ask_sandbox

pytestmark = pytest.mark.usefixtures("committing")
MONTHS = 3
MADE_BY_PROJECTION = [
    models.Refund,
    models.InvoicePayment,
    models.PaymentAttempt,
    models.InvoiceLine,
    models.Invoice,
    models.Payment,
    models.SubscriptionItem,
    models.Subscription,
    models.PaymentMethod,
]


@pytest.fixture
def company(stripe_client: Any, sandbox: str) -> Company:
    return Company(stripe_client, sandbox, customers=6)


def hear(events: list[dict[str, Any]]) -> None:
    for event in events:
        receive(body(event), now=timezone.now())
    process_due()


def live(company: Company) -> list[dict[str, Any]]:
    """Deliveries of ten days each, as they came."""
    told = company.news()
    hear(told)
    for tenth in range(MONTHS * 3):
        if tenth == 4:
            company.change()
        fresh = company.live(days=10)
        hear(fresh)
        told += fresh
    assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()
    return told


def test_stripe_is_asked_at_most_once_in_ten_events(company: Company, sandbox: str) -> None:
    with calls_to_stripe() as calls:
        told = live(company)
    assert calls().total() / len(told) <= 0.1, (calls(), len(told))
    theirs = {
        one["id"]: one["status"] for one in ask_sandbox(sandbox, "/v1/subscriptions?limit=100&status=all")["data"]
    }
    assert dict(Subscription.objects.values_list("stripe_id", "status")) == theirs
    assert set(theirs.values()) >= {"active", "canceled"}
    assert models.PaymentAttempt.objects.filter(status="failed").exists()


def test_every_object_passes_through_the_mirror_once(company: Company) -> None:
    told = live(company)
    tally = mirror_due(seconds=200)
    errors = list(StripeObject.objects.exclude(mirror_error="").values_list("object_type", "mirror_error"))
    assert (tally.failed, errors) == (0, [])
    assert tally.synced == StripeObject.objects.count() < len(told) / 2  # once an object, not once an event
    assert not StripeObject.objects.exclude(mirror_due_at=None).exists()
    for noun in ("customer", "subscription", "invoice", "charge"):
        ours = set(StripeObject.objects.filter(object_type=noun).values_list("stripe_id", flat=True))
        assert set(mirror.MODELS[noun].objects.values_list("id", flat=True)) == ours
    assert djstripe_models.Refund.objects.count() == 1


def test_the_rows_are_what_the_snapshots_make_of_them(company: Company) -> None:
    live(company)
    heard = state()
    for model in MADE_BY_PROJECTION:
        model.objects.all().delete()
    models.Organization.objects.update(name="", email="", balance=17)
    assert rebuild_projection().total() > 50
    assert state() == heard


def test_all_of_it_once_more_changes_nothing(company: Company) -> None:
    told = live(company)
    heard = state()
    hear(told)
    WebhookEvent.objects.update(status="received", next_retry_at=timezone.now())  # as a replay does
    process_due()
    assert state() == heard
