"""Row X07: events touch a customer and its subscription in the opposite order at the same time. The locks of objects
are taken in one order, so that nobody waits in a circle; where something else does, PostgreSQL ends one of the two,
whose events are done again. Webhooks are answered all the while."""

import threading
from typing import Any

import pytest
from django.db import connection

from audit.models import AuditEntry
from billing.inbox import registry
from billing.inbox.effects import Effects
from billing.inbox.process import process_due
from billing.inbox.registry import Event
from billing.models import Organization, Subscription, SubscriptionChange, WebhookEvent
from tests.flows.processes import until
from tests.inbox.webhooks import deliver_signed, encoded, event
from tests.inbox.workers import work_together
from tests.projection.snapshots import START, customer, item, subscription

pytestmark = pytest.mark.usefixtures("committing")
WORKERS = 4
PAIRS = 40


@pytest.fixture(autouse=True)
def pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker takes two events at a time."""
    monkeypatch.setattr("billing.inbox.process.BATCH", 2)


def tell(event_id: str, about: dict[str, Any], created: int) -> None:
    kind = "customer" if about["object"] == "customer" else "customer.subscription"
    body = encoded(event(event_id, f"{kind}.updated", about=about, created=created))
    assert deliver_signed(body).status_code == 200


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def known_customers(count: int) -> None:
    for number in range(count):
        tell(f"evt_known{number}", customer(f"cus_{number}"), START - 1000)
    process_due()


def subscribed(number: int, customer_id: str) -> dict[str, Any]:
    return subscription(f"sub_{number}", items=[item(f"si_{number}")], customer=customer_id)


def told_once() -> bool:
    told = [entry.after["event"] for entry in AuditEntry.objects.all()]
    return sorted(told) == sorted(WebhookEvent.objects.values_list("stripe_event_id", flat=True))


def test_in_the_opposite_order_nobody_waits_in_a_circle() -> None:
    known_customers(1)
    for number in range(PAIRS):
        at = START + 2 * number
        pair = [
            customer("cus_0", name=f"Name {number:02}"),
            subscription("sub_0", customer="cus_0", metadata={"n": str(number)}),
        ]
        for place, about in enumerate(pair[:: 1 if number % 2 else -1]):
            tell(f"evt_{number}_{place}", about, at + place)
    tallies = work_together(WORKERS)
    assert sum(tally.succeeded for tally in tallies) == 2 * PAIRS
    assert deadlocks() == 0
    assert Organization.objects.get().name == f"Name {PAIRS - 1:02}"
    assert Subscription.objects.get().metadata == {"n": str(PAIRS - 1)}
    assert SubscriptionChange.objects.count() == PAIRS
    assert told_once()


class Crosswise:
    """A handler that takes a lock of the event's customer. The first two events wait until each has its lock; then
    each worker goes on to the lock that the other has."""

    def __init__(self) -> None:
        self.both_hold_one = threading.Barrier(2)
        self.ahead = {"evt_1_first", "evt_2_first"}

    def __call__(self, event: Event, effects: Effects) -> None:
        customer_id = event.object["id"] if event.object["object"] == "customer" else event.object["customer"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"crosswise {customer_id}"])
        if event.id in self.ahead:
            self.ahead.remove(event.id)
            self.both_hold_one.wait(60)


def test_who_is_ended_by_postgresql_does_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known_customers(2)
    crosswise = Crosswise()
    for event_type in ("customer.updated", "customer.subscription.updated"):
        monkeypatch.setitem(registry._handlers, event_type, [*registry.handlers_of(event_type), crosswise])
    tell("evt_1_first", customer("cus_0", name="New"), START)
    tell("evt_1_second", subscribed(1, "cus_1"), START + 1)
    tell("evt_2_first", subscribed(0, "cus_1"), START + 2)
    tell("evt_2_second", subscribed(2, "cus_0"), START + 3)
    tallies = work_together(2)
    until(lambda: deadlocks() == 1, what="the statistics of the deadlock")
    assert [sum(tally.succeeded for tally in tallies), sum(tally.failed for tally in tallies)] == [4, 0]
    assert set(WebhookEvent.objects.values_list("status", "retry_count")) == {("processed", 0)}
    assert SubscriptionChange.objects.count() == 3
    assert told_once()
