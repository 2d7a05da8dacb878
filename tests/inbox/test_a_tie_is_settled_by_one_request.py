"""Two snapshots of one second, and nothing that says which came first: Stripe is asked, once an object."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.gateway import client
from billing.inbox.process import Tally, process_due
from billing.inbox.receive import receive
from billing.models import Organization, WebhookEvent
from tests.inbox.stripe_calls import calls_to_stripe
from tests.inbox.webhooks import START, customer, encoded, event
from tests.stripe_events import ask_sandbox

pytestmark = pytest.mark.usefixtures("committing")


def tied(customer_id: str, names: list[str]) -> list[dict[str, Any]]:
    shown = [customer(customer_id, name=name) for name in names]
    return [event(f"evt_{customer_id}_{n}", about=about, created=START) for n, about in enumerate(shown)]


def give(events: list[dict[str, Any]]) -> Tally:
    for one in events:
        receive(encoded(one), now=timezone.now())
    return process_due()


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


def test_while_stripe_is_down_ties_wait_and_the_others_go_on(sandbox: str, stripe_client: Any, settings: Any) -> None:
    """A silent Stripe is asked once a pass, not once an object: each question would wait for its time-out."""
    made = [stripe_client.v1.customers.create({"name": "The last"}).id for _ in range(3)]
    events = [one for customer_id in made for one in tied(customer_id, ["A", "B"])]
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    clear_clients()
    with calls_to_stripe() as calls:
        tally = give([*events, event("evt_other", about=customer("cus_other", name="Other"))])
    assert (tally.succeeded, tally.failed, calls()) == (1, 6, {"customer.retrieve": 1})
    assert Organization.objects.get(stripe_customer_id="cus_other").name == "Other"
    waiting = WebhookEvent.objects.filter(object_id__in=made)
    assert set(waiting.values_list("status", "error_code")) == {("failed", "Unknown")}
    settings.STRIPE_API_BASE = sandbox
    clear_clients()
    process_due(now=timezone.now() + timedelta(minutes=2))
    names = Organization.objects.filter(stripe_customer_id__in=made).values_list("name", flat=True)
    assert list(names) == ["The last"] * 3
    assert not WebhookEvent.objects.exclude(status="processed").exists()


def test_what_was_answered_before_the_silence_counts(sandbox: str, stripe_client: Any) -> None:
    made = [stripe_client.v1.customers.create({"name": "The last"}).id for _ in range(2)]
    fault = {"operation": f"GET /v1/customers/{max(made)}", "kind": "error_429", "count": client.READ_TRIES}
    ask_sandbox(sandbox, "/_sandbox/faults", fault)
    give([one for customer_id in made for one in tied(customer_id, ["A", "B"])])
    status = dict(WebhookEvent.objects.values_list("object_id", "status"))
    assert status == {min(made): "processed", max(made): "failed"}


def clear_clients() -> None:
    client._client.cache_clear()
