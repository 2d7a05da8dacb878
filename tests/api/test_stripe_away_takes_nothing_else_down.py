"""A silent Stripe costs a request its time-out and no more; once that is known, it costs nothing. Row F22."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from billing.api.health_checks import STRIPE
from billing.gateway import client, pace
from billing.models import Organization, StripeCommand, StripePace
from tests.api.calls import Api, problem
from tests.factories import PlanFactory, PriceFactory
from tests.gateway.dripping import dripping, seconds_since

START = {"plan_id": "professional"}


@pytest.fixture
def silent(settings: Any) -> Iterator[None]:
    """A Stripe that takes requests and answers a byte a minute."""
    settings.STRIPE_TIMEOUT_SECONDS = 1
    STRIPE.forget()
    with dripping(at_once=b"", slowly=b"HTTP/1.1 200 OK", pause=60) as base:
        settings.STRIPE_API_BASE = base
        client._client.cache_clear()
        yield
    client._client.cache_clear()
    STRIPE.forget()


@pytest.fixture
def plan(organization: Organization) -> None:
    Organization.objects.update(stripe_customer_id="cus_1")
    PriceFactory(plan=PlanFactory(code="professional"), interval="month", currency="usd")


def start(api: Api) -> Any:
    return api.post("billing/subscriptions", START)


def sent_to_stripe() -> float:
    """Requests that were sent, whatever came of them."""
    samples = [sample for metric in client.request_seconds.collect() for sample in metric.samples]
    return sum(sample.value for sample in samples if sample.name.endswith("_count"))


def test_a_write_ends_with_its_time_out_and_is_unknown(api: Api, silent: None, plan: None) -> None:
    began = time.monotonic()
    answer = start(api)
    assert seconds_since(began) < 4
    assert (answer.status_code, answer.json()["command"]["status"]) == (202, "unknown")


def test_open_writes_are_refused_at_once_and_say_when_to_come_back(api: Api, silent: None, plan: None) -> None:
    for _ in range(pace.FAILURES):
        pace.failed(pace.Turn())
    sent, began = sent_to_stripe(), time.monotonic()
    answer = start(api)
    assert seconds_since(began) < 1
    assert sent_to_stripe() == sent
    problem(answer, 503, "stripe_unavailable")
    assert 1 <= int(answer.headers["Retry-After"]) <= pace.FIRST_OPEN_SECONDS
    assert not StripeCommand.objects.exists()


def test_open_reads_are_answered_from_our_rows(
    api: Api, silent: None, organization: Organization, subscribed: Any, invoiced: Any
) -> None:
    subscribed(organization), invoiced(organization)
    for _ in range(pace.FAILURES):
        pace.failed(pace.Turn())
    for path in ("billing/subscription", "billing/invoices", "billing/payments", "meta/plans"):
        assert api.get(path).status_code == 200, path


def test_health_names_it_and_lets_traffic_come(api: Api, silent: None) -> None:
    for _ in range(pace.FAILURES):
        pace.failed(pace.Turn())
    row = StripePace.objects.get()
    assert row.open_until is not None
    answer = api.get("health")
    assert answer.status_code == 200
    assert not answer.json()["checks"]["stripe"]["healthy"]
