"""An object that was compared and found equal is passed by until anything about it moves, there or here."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from billing.models import (
    Discrepancy,
    Invoice,
    InvoiceLine,
    Organization,
    ReconciledObject,
    StripeObject,
    Subscription,
    SubscriptionChange,
    SubscriptionItem,
)
from billing.reconcile import equal
from billing.reconcile import run as running
from billing.reconcile.passes import NOUNS
from tests.inbox.companies import Company
from tests.reconcile.books import differing, reconcile
from tests.stripe_events import deliver


class Compared:
    """The ids that were compared field by field, by run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ids: list[str] = []
        real = running.compare_answers

        def noting(noun: str, answers: Any, asked_at: Any) -> Any:
            self.ids += [answer.stripe_id for answer in answers]
            return real(noun, answers, asked_at)

        monkeypatch.setattr(running, "compare_answers", noting)

    def of_a_run(self) -> set[str]:
        self.ids.clear()
        reconcile(full=True)
        return set(self.ids)


@pytest.fixture(autouse=True)
def company(committing: str, stripe_client: Any, sandbox: str) -> Company:
    """Its events came, and it was compared twice: what the first run brought in, the second finds equal."""
    made = Company(stripe_client, sandbox, customers=2)
    made.live(days=20)
    deliver(sandbox)
    for _ in range(2):
        reconcile(full=True)
    return made


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Compared:
    return Compared(monkeypatch)


def test_nothing_is_compared_where_nothing_moved(compared: Compared, sandbox: str) -> None:
    assert compared.of_a_run() == set()
    everything = StripeObject.objects.filter(object_type__in=NOUNS, deleted=False)
    assert ReconciledObject.objects.count() == everything.count() >= 20
    assert differing(sandbox) == []


def test_the_count_of_what_was_checked_stays(compared: Compared) -> None:
    first, second = reconcile(full=True), reconcile(full=True)
    assert first.total("checked") == second.total("checked") >= 20
    assert first.billed == second.billed == {"usd": sum(row.total for row in Invoice.objects.all())} != {"usd": 0}


def _by_hand(statement: str) -> Callable[[], str]:
    """A row is changed beside everything; the id of its object."""

    def change() -> str:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return str(cursor.fetchone()[0])

    return change


def _a_line() -> str:
    line = InvoiceLine.objects.earliest("pk")
    line.delete()
    return line.invoice_id


def _an_item_more() -> str:
    item = SubscriptionItem.objects.earliest("pk")
    item.pk, item.stripe_id = None, "si_made_up"
    item.save(force_insert=True)
    return item.subscription_id


def _a_fact_more() -> str:
    name = Subscription.objects.earliest("pk").stripe_id
    newest = SubscriptionChange.objects.filter(subscription_id=name).latest("pk")
    newest.pk, newest.source_id = None, "made up"
    newest.save(force_insert=True)
    return name


@pytest.mark.parametrize(
    "change",
    [
        _by_hand("UPDATE billing_invoice SET total = total + 1 WHERE id = (SELECT min(id) FROM billing_invoice)"
                 " RETURNING stripe_id"),
        _by_hand("UPDATE billing_organization SET name = 'Ada' WHERE id = (SELECT min(id) FROM billing_organization)"
                 " RETURNING stripe_customer_id"),
        _by_hand("UPDATE billing_payment SET organization_id = (SELECT max(id) FROM billing_organization)"
                 " WHERE id = (SELECT min(id) FROM billing_payment) RETURNING stripe_id"),
        _a_line,
        _an_item_more,
        _a_fact_more,
        _by_hand("UPDATE billing_stripeobject SET version = version + 1 WHERE stripe_id = (SELECT min(stripe_id)"
                 " FROM billing_stripeobject WHERE object_type = 'charge') RETURNING stripe_id"),
    ],
    ids=["an amount", "a name", "whose it is", "a line less", "an item more", "a fact more", "a snapshot"],
)  # fmt: skip
def test_what_moved_here_is_compared(compared: Compared, sandbox: str, change: Callable[[], str]) -> None:
    changed = change()
    assert compared.of_a_run() == {changed}
    assert differing(sandbox) == []


def test_what_moved_at_stripe_is_compared(compared: Compared, stripe_client: Any, sandbox: str) -> None:
    name = Organization.objects.exclude(stripe_customer_id=None).earliest("pk").stripe_customer_id
    stripe_client.v1.customers.update(name, {"name": "Another"})
    assert compared.of_a_run() == {name}
    assert differing(sandbox) == []


def test_what_is_healed_is_looked_at_once_more(compared: Compared) -> None:
    name = Subscription.objects.earliest("pk").stripe_id
    Subscription.objects.filter(stripe_id=name).update(status="past_due")
    assert compared.of_a_run() == {name}
    assert Discrepancy.objects.filter(stripe_id=name, field="status", status="healed").exists()
    assert compared.of_a_run() == {name}
    assert compared.of_a_run() == set()


def test_another_mapping_is_compared_with_everything(compared: Compared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equal, "_code", lambda: "the next release")
    assert len(compared.of_a_run()) == ReconciledObject.objects.count()


def test_what_was_kept_may_be_deleted(compared: Compared) -> None:
    ReconciledObject.objects.all().delete()
    assert len(compared.of_a_run()) >= 20
    assert compared.of_a_run() == set()
