"""A web server hears some of three days, or nothing at all; afterwards the inbox holds every event of Stripe's once.
Row F23."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from billing.inbox.backfill import backfill
from billing.inbox.process import process_due
from billing.models import SubscriptionChange, WebhookEvent
from tests.flows.processes import until
from tests.inbox.companies import Company
from tests.inbox.conftest import stripe_client  # noqa: F401
from tests.stripe_events import all_events, ask_sandbox

pytestmark = pytest.mark.processes
DAY = 86_400


@pytest.fixture
def company(web: str, sandbox: str, stripe_client: Any) -> Company:  # noqa: F811
    """Six customers; what happened up to here was heard of."""
    made = Company(stripe_client, sandbox, customers=6)
    _endpoint(web, sandbox)  # the reset of the company's beginning forgot it
    catch_up(sandbox)
    return made


def _endpoint(web: str, base: str) -> None:
    url = f"{web}/api/v1/webhooks/stripe"
    ask_sandbox(base, "/_sandbox/endpoints", {"url": url, "secret": settings.STRIPE_WEBHOOK_SECRETS[0]})
    ask_sandbox(base, "/_sandbox/deliveries", {"retry_base": 0.1})


def catch_up(base: str) -> dict[str, int]:
    now = datetime.fromtimestamp(ask_sandbox(base, "/_sandbox/clock")["now"], tz=UTC)
    return backfill(now=now)


def three_days(company: Company, base: str) -> None:
    for day in range(3):
        company.v1.customers.create({"name": "Day"})
        company.v1.subscriptions.update(company.subscriptions[0].id, {"metadata": {"day": str(day)}})
        ask_sandbox(base, "/_sandbox/clock", {"advance": DAY})
    company.change()
    until(lambda: ask_sandbox(base, "/_sandbox/deliveries")["pending"] == 0, what="the end of the deliveries")


@pytest.mark.parametrize("rate", [0.2, 1.0], ids=["a fifth is lost", "all are lost"])
def test_every_event_is_there_once(company: Company, sandbox: str, rate: float) -> None:
    ask_sandbox(sandbox, "/_sandbox/mishaps", {"kind": "lose", "type": "*", "rate": rate, "seed": "lost"})
    heard = WebhookEvent.objects.count()
    three_days(company, sandbox)
    told = {one["id"]: one for one in all_events(sandbox)}
    arrived = WebhookEvent.objects.count() - heard
    missing = len(told) - WebhookEvent.objects.filter(stripe_event_id__in=told).count()
    assert missing > 0
    assert (arrived == 0) == (rate == 1.0)
    assert catch_up(sandbox)["new"] == missing
    stored = list(WebhookEvent.objects.values_list("stripe_event_id", flat=True))
    assert sorted(stored) == sorted(told)
    process_due()
    assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()
    facts = [one for one in told.values() if one["data"]["object"]["object"] == "subscription"]
    expected = {one["id"] for one in facts if not one["type"].endswith("trial_will_end")}
    assert set(SubscriptionChange.objects.values_list("source_id", flat=True)) == expected
    assert SubscriptionChange.objects.count() == len(expected)
