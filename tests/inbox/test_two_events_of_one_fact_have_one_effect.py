"""Row F10: Stripe makes two events, of one second, of one type and about one object, that say the same. Rows, figures
and wishes of the mirror are as if there had been one; facts and log keep what each event said, under its own id."""

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from analytics.ledger.fold import fold
from analytics.models import MrrMovement
from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.inbox.registry import handled_types
from billing.models import Payment, SubscriptionChange
from tests.inbox.orders import Outcome, in_one_transaction, outcome_of  # noqa: F401 - a fixture
from tests.inbox.signups import body, events_of_a_signup
from tests.inbox.stripe_calls import calls_to_stripe
from tests.stripe_events import all_events, ask_sandbox

TOLD_TWICE = {
    "customer.updated",
    "customer.subscription.created",
    "customer.subscription.updated",
    "invoice.payment_succeeded",
    "payment_intent.succeeded",
    "charge.succeeded",
}
OF_EACH_EVENT = {"SubscriptionChange", "StripeObject"}
"""A fact is an event's; and beside a snapshot is noted which of several events showed it."""


@pytest.fixture
def events(stripe_client: Any, sandbox: str) -> list[dict[str, Any]]:
    """A customer subscribes, and a day later moves up and changes its name."""
    events_of_a_signup(stripe_client, sandbox)
    ask_sandbox(sandbox, "/_sandbox/clock", {"advance": 86_400})
    v1 = stripe_client.v1
    subscription = v1.subscriptions.list().data[0]
    item = subscription["items"].data[0].id
    v1.subscriptions.update(subscription.id, {"items": [{"id": item, "quantity": 3}]})
    v1.customers.update(subscription.customer, {"name": "Renamed"})
    return all_events(sandbox)


def twins(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [{**event, "id": f"{event['id']}twin"} for event in events if event["type"] in TOLD_TWICE]
    assert {event["type"] for event in found} == TOLD_TWICE
    return found


def one_by_one(events: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [[event] for event in events]


ORDERS = {
    "together": lambda events: [events + twins(events)],
    "afterwards": lambda events: [events, twins(events)],
    "each alone, twins last": lambda events: one_by_one(events + twins(events)),
    "each alone, backwards": lambda events: one_by_one((events + twins(events))[::-1]),
}


def movements() -> list[str]:
    """The ledger, folded after each event had been processed."""
    fold(SubscriptionChange.objects.values_list("subscription_id", flat=True))
    names = ("policy", "subscription_id", "item_id", "part", "effective_at", "delta_micro")
    return sorted(" ".join(map(str, row)) for row in MrrMovement.objects.values_list(*names))


def effects(deliveries: list[list[dict[str, Any]]]) -> Outcome:
    found = outcome_of(deliveries, movements=movements)
    return {name: rows for name, rows in found.items() if name not in OF_EACH_EVENT}


@pytest.mark.django_db
@pytest.mark.usefixtures("in_one_transaction")
@pytest.mark.parametrize("order", ORDERS)
def test_rows_and_figures_are_as_if_there_was_one(events: list[dict[str, Any]], order: str) -> None:
    expected = effects([events])
    assert len(expected["movements"]) >= 2
    with calls_to_stripe() as calls:
        assert effects(ORDERS[order](events)) == expected
    assert calls().total() <= len(TOLD_TWICE)


@pytest.mark.usefixtures("committing")
def test_the_log_names_each_of_them_once(events: list[dict[str, Any]]) -> None:
    told = events + twins(events)
    for event in told:
        receive(body(event), now=timezone.now())
    process_due()
    entries = Counter(entry.after["event"] for entry in AuditEntry.objects.all())
    assert entries == Counter(event["id"] for event in told if event["type"] in handled_types())
    facts = SubscriptionChange.objects.values_list("source_id", flat=True)
    assert sorted(facts) == sorted(one["id"] for one in told if one["type"].startswith("customer.subscription."))
    assert Payment.objects.get().amount_received == Payment.objects.get().amount
