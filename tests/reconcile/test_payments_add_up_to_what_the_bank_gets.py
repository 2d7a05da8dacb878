"""The bank's side: payments, refunds and disputes move the balance, and the balance is paid out, to the cent."""

from typing import Any

import pytest

from billing.models import BalanceTransaction, Discrepancy, Payout, Refund
from tests.inbox.companies import Company
from tests.inbox.stripe_calls import calls_to_stripe
from tests.reconcile.books import reconcile
from tests.stripe_events import ask_sandbox


@pytest.fixture(autouse=True)
def company(committing: str, stripe_client: Any, sandbox: str) -> Company:
    """Paid, given back in part, disputed, and paid out."""
    made = Company(stripe_client, sandbox, customers=6)
    made.live(days=40)
    made.change()
    charges = stripe_client.v1.charges.list({"limit": 100}).data
    paid = next(one for one in charges if one.paid and not one.amount_refunded)
    ask_sandbox(sandbox, "/_sandbox/dispute", {"charge": paid.id, "amount": 700})
    made.live(days=8)
    reconcile()
    return made


def open_ones() -> list[tuple[Any, ...]]:
    rows = Discrepancy.objects.open().filter(field__in=["balance", "payout"]).order_by("stripe_id")
    return list(rows.values_list("stripe_id", "field", "here", "there", "amount", "currency"))


def test_it_adds_up() -> None:
    assert open_ones() == []
    assert Payout.objects.filter(automatic=True).count() > 1
    moved = set(BalanceTransaction.objects.values_list("type", flat=True))
    assert moved >= {"charge", "refund", "adjustment", "payout"}
    assert not BalanceTransaction.objects.filter(status="available", payout_id="").exists()


def test_a_payout_is_asked_for_once() -> None:
    with calls_to_stripe() as calls:
        reconcile(nouns=["balance_transaction"])
    assert calls()["balance_transaction.list"] == 1


def test_a_movement_that_was_lost_comes_back_to_its_payout() -> None:
    refund = Refund.objects.get()
    (before,) = BalanceTransaction.objects.filter(source_id=refund.stripe_id).values()
    BalanceTransaction.objects.filter(source_id=refund.stripe_id).delete()
    run = reconcile(nouns=["balance_transaction"], full=True)
    assert run.tallies["balance_transaction"]["missing_here"] == 1
    assert run.tallies["balance_transaction"]["apart"] == {"usd": refund.amount}
    (after,) = BalanceTransaction.objects.filter(source_id=refund.stripe_id).values()
    assert {**after, "id": before["id"]} == before
    assert open_ones() == []


def test_what_does_not_add_up_is_a_persons_until_it_does() -> None:
    refund = Refund.objects.get()
    Refund.objects.update(amount=refund.amount + 11)
    run = reconcile(nouns=["balance_transaction"])
    assert open_ones() == [
        (refund.stripe_id, "balance", -refund.amount, -refund.amount - 11, 11, "usd"),
    ]
    assert run.left == Discrepancy.objects.open_work()[1]
    assert run.tallies["bank"]["apart"] == {"usd": 11}
    reconcile()
    Refund.objects.update(amount=refund.amount)
    reconcile(nouns=["balance_transaction"])
    assert open_ones() == []
    assert Discrepancy.objects.get(field="balance").status == "resolved"


def test_a_payout_that_is_not_the_sum_of_its_movements_is_found() -> None:
    payout = Payout.objects.filter(automatic=True).order_by("pk").first()
    assert payout is not None
    Payout.objects.filter(pk=payout.pk).update(amount=payout.amount + 5)
    reconcile(nouns=["balance_transaction"])
    assert open_ones() == [(payout.stripe_id, "payout", payout.amount, payout.amount + 5, 5, "usd")]
