"""A subscription may be in a state that no SubscriptionChange tells of: the ledger of figures would never know."""

from typing import Any

import pytest
from django.utils import timezone

from billing.gateway.fields import required_moment
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Discrepancy, Subscription, SubscriptionChange
from tests.inbox.companies import Company
from tests.inbox.signups import body
from tests.reconcile.books import reconcile


@pytest.fixture
def company(committing: str, stripe_client: Any, sandbox: str) -> Company:
    """Everything heard so far."""
    made = Company(stripe_client, sandbox, customers=5)
    hear(made.news())
    return made


def hear(events: list[dict[str, Any]]) -> None:
    for event in events:
        receive(body(event), now=timezone.now())
    process_due()


def missing() -> list[tuple[str, str]]:
    rows = Discrepancy.objects.filter(kind="effect_missing").order_by("pk")
    return list(rows.values_list("stripe_id", "status"))


def reconciled() -> list[SubscriptionChange]:
    return list(SubscriptionChange.objects.filter(cause="reconciled"))


def test_what_events_told_is_not_missed(company: Company) -> None:
    reconcile()
    assert (missing(), reconciled()) == ([], [])


def test_an_end_is_recorded_at_its_own_time(company: Company) -> None:
    ended = company.subscriptions[4].id
    company.v1.subscriptions.cancel(ended)
    reconcile()
    (fact,) = reconciled()
    told = company.v1.subscriptions.retrieve(ended)
    assert (fact.subscription_id, fact.precision) == (ended, "inferred")
    assert fact.effective_at == required_moment(told.ended_at)
    assert fact.state["status"] == "canceled"
    assert missing() == [(ended, "healed")]


def test_the_wish_to_leave_is_recorded_when_it_was_made(company: Company) -> None:
    leaving = company.subscriptions[1].id
    company.v1.subscriptions.update(leaving, {"cancel_at_period_end": True})
    reconcile()
    (fact,) = reconciled()
    assert fact.effective_at == required_moment(company.v1.subscriptions.retrieve(leaving).canceled_at)
    assert fact.state["cancel_at_period_end"]


def test_a_change_of_unknown_time_is_for_a_person_with_its_money(company: Company) -> None:
    changed = company.subscriptions[0]
    item = company.v1.subscriptions.retrieve(changed.id)["items"].data[0].id
    company.v1.subscriptions.update(changed.id, {"items": [{"id": item, "price": company.prices[2]}]})
    reconcile()
    assert (missing(), reconciled()) == ([(changed.id, "open")], [])
    row = Discrepancy.objects.get(kind="effect_missing")
    assert (row.amount, row.currency) == (7900 - 2900, "usd")
    reconcile()
    assert Discrepancy.objects.filter(kind="effect_missing").count() == 1


def test_it_is_resolved_when_the_event_comes_after_all(company: Company) -> None:
    changed = company.subscriptions[0]
    item = company.v1.subscriptions.retrieve(changed.id)["items"].data[0].id
    company.v1.subscriptions.update(changed.id, {"items": [{"id": item, "price": company.prices[2]}]})
    reconcile()
    hear(company.news())
    reconcile()
    assert missing() == [(changed.id, "resolved")]
    assert Subscription.objects.get(stripe_id=changed.id).items.get().price_id == company.prices[2]


def test_a_fact_is_recorded_once(company: Company) -> None:
    company.v1.subscriptions.cancel(company.subscriptions[4].id)
    reconcile()
    reconcile(full=True)
    assert len(reconciled()) == 1
