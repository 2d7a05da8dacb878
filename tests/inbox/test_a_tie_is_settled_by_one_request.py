"""Two snapshots of one second, and nothing that says which came first: Stripe is asked, once an object."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.gateway import client
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Organization, WebhookEvent
from tests.inbox.stripe_calls import calls_to_stripe
from tests.inbox.webhooks import START, customer, encoded, event

pytestmark = pytest.mark.usefixtures("committing")


def tied(customer_id: str, names: list[str]) -> list[dict[str, Any]]:
    shown = [customer(customer_id, name=name) for name in names]
    return [event(f"evt_{customer_id}_{n}", about=about, created=START) for n, about in enumerate(shown)]


def give(events: list[dict[str, Any]]) -> None:
    for one in events:
        receive(encoded(one), now=timezone.now())
    process_due()


def test_one_request_serves_the_whole_group(sandbox: str, stripe_client: Any) -> None:
    made = [stripe_client.v1.customers.create({"name": "The last"}).id for _ in range(2)]
    with calls_to_stripe() as calls:
        give([one for customer_id in made for one in tied(customer_id, ["A", "B", "C", "D"])])
    assert calls() == {"customer.retrieve": 2}
    assert set(Organization.objects.values_list("name", flat=True)) == {"The last"}
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"processed"}


def test_what_the_event_changed_needs_no_request(sandbox: str) -> None:
    first = event("evt_1", about=customer(name="First"), created=START)
    second = event("evt_2", about=customer(name="Second"), previous={"name": "First"}, created=START)
    with calls_to_stripe() as calls:
        give([second, first])
    assert not calls()
    assert Organization.objects.get().name == "Second"


def test_the_same_content_is_no_tie(sandbox: str) -> None:
    with calls_to_stripe() as calls:
        give(tied("cus_A", ["Same", "Same", "Same"]))
    assert not calls()
    assert WebhookEvent.objects.filter(status="processed").count() == 3


def test_while_stripe_is_down_the_tie_waits(sandbox: str, stripe_client: Any, settings: Any) -> None:
    """The others go on; the tie is settled when Stripe is back."""
    made = stripe_client.v1.customers.create({"name": "The last"}).id
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    clear_clients()
    give([*tied(made, ["A", "B"]), event("evt_other", about=customer("cus_other", name="Other"))])
    assert Organization.objects.get(stripe_customer_id="cus_other").name == "Other"
    assert WebhookEvent.objects.filter(object_id=made, status="failed").exists()
    settings.STRIPE_API_BASE = sandbox
    clear_clients()
    process_due(now=timezone.now() + timedelta(minutes=2))
    assert Organization.objects.get(stripe_customer_id=made).name == "The last"
    assert not WebhookEvent.objects.exclude(status="processed").exists()


def clear_clients() -> None:
    client._client.cache_clear()
