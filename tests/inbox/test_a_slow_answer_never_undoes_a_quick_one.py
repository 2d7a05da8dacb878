"""Row F12: a worker asks Stripe about an object, and while the answer is on its way another asks too, hears of a newer
state and is done. The slow answer changes nothing: it is asked for again."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from billing.gateway.objects import fetch
from billing.inbox.process import Tally, process_due
from billing.inbox.receive import receive
from billing.models import Organization, StripeObject, WebhookEvent
from tests.inbox.stripe_calls import calls_to_stripe
from tests.inbox.webhooks import encoded
from tests.stripe_events import all_events

pytestmark = pytest.mark.usefixtures("committing")
ANOTHER_VERSION = "2020-08-27"
"""Of the API: its snapshots are not believed, so that Stripe is asked."""


class SlowWay:
    """Stripe's first answer is held up until `let_go`; later ones pass."""

    def __init__(self) -> None:
        self.answered, self.free = threading.Event(), threading.Event()

    def fetch(self, object_type: str, stripe_id: str) -> Any:
        answer = fetch(object_type, stripe_id)
        if not self.answered.is_set():
            self.answered.set()
            assert self.free.wait(60)
        return answer


@pytest.fixture
def slow_way(monkeypatch: pytest.MonkeyPatch) -> SlowWay:
    way = SlowWay()
    monkeypatch.setattr("billing.inbox.fetching.fetch", way.fetch)
    return way


def work() -> Tally:
    try:
        return process_due()
    finally:
        connection.close()


@contextmanager
def a_worker_waits_for_stripe(way: SlowWay) -> Iterator[Future[Tally]]:
    """Its answer comes at the end of the block."""
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        try:
            assert way.answered.wait(60)
            yield working
        finally:
            way.free.set()
        assert working.result(60).failed == 0


def tell(told: dict[str, Any], **fields: Any) -> None:
    receive(encoded({**told, **fields}), now=timezone.now())


@pytest.mark.parametrize("believed", [False, True], ids=["overtaken by an answer", "overtaken by an event"])
def test_the_newer_state_stays(stripe_client: Any, sandbox: str, slow_way: SlowWay, believed: bool) -> None:
    customers = stripe_client.v1.customers
    made = customers.create({"name": "First"})
    (first,) = all_events(sandbox)
    tell(first, api_version=ANOTHER_VERSION)
    with calls_to_stripe() as calls, a_worker_waits_for_stripe(slow_way) as working:
        customers.update(made.id, {"name": "Second"})
        second = all_events(sandbox)[-1]
        assert second["type"] == "customer.updated"
        tell(second, api_version=settings.STRIPE_API_VERSION if believed else ANOTHER_VERSION)
        assert process_due().succeeded == 1
        assert Organization.objects.get().name == "Second"
        assert not working.done()
    assert calls()["customer.retrieve"] == (2 if believed else 3)
    assert Organization.objects.get().name == "Second"
    assert StripeObject.objects.get(stripe_id=made.id).snapshot["name"] == "Second"
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"processed"}
