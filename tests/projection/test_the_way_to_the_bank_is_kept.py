"""balance_transaction -> BalanceTransaction, payout -> Payout: nobody's rows, seen by staff alone."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.models import BalanceTransaction, Organization, Payout, StripeObject
from billing.projection import balance
from tests.factories import OrganizationFactory
from tests.projection.payments import charge, refund
from tests.projection.seen import answered, at, only, projectable, told
from tests.projection.settlements import balance_transaction, payout
from tests.projection.snapshots import DAY, START, Snapshot

pytestmark = pytest.mark.django_db

PAYOUT = payout(
    created=START + 1,
    status="failed",
    failure_code="account_closed",
    failure_balance_transaction="txn_3",
    metadata={"run": "7"},
    livemode=True,
)


def move(snapshot: Snapshot) -> dict[str, Any]:
    balance.project_balance_transactions([projectable(snapshot)])
    return only(BalanceTransaction)


def send(snapshot: Snapshot) -> dict[str, Any]:
    balance.project_payouts([projectable(snapshot)])
    return only(Payout)


def test_every_column_of_a_movement_comes_from_its_field() -> None:
    moved = balance_transaction(exchange_rate=1.0837, status="available", reporting_category="charge")
    assert move(moved) == {
        "stripe_id": "txn_1",
        "type": "charge",
        "reporting_category": "charge",
        "status": "available",
        "source_id": "ch_1",
        "amount": 2900,
        "fee": 114,
        "net": 2786,
        "currency": "usd",
        "exchange_rate": "1.0837",
        "available_on": at(START + 2 * DAY),
        "payout_id": "",
        "created_at": at(START),
    }


@pytest.mark.parametrize("field", "reporting_category source exchange_rate available_on".split())
def test_null_in_a_movement_is_as_good_as_absent(field: str) -> None:
    moved = balance_transaction(exchange_rate=1.5)
    absent = move({key: value for key, value in moved.items() if key != field})
    assert move({**moved, field: None}) == absent


def test_in_which_payout_it_went_is_not_forgotten_when_it_is_seen_again() -> None:
    """Stripe's object does not say it."""
    move(balance_transaction())
    BalanceTransaction.objects.update(payout_id="po_1")
    assert move(balance_transaction(status="available"))["payout_id"] == "po_1"


def test_what_is_left_after_the_fee_is_checked() -> None:
    with pytest.raises(IntegrityError, match="balance_transaction_net"), transaction.atomic():
        move(balance_transaction(net=2787))


def test_every_column_of_a_payout_comes_from_its_field() -> None:
    assert send(PAYOUT) == {
        "stripe_id": "po_1",
        "status": "failed",
        "amount": 2786,
        "currency": "usd",
        "automatic": True,
        "method": "standard",
        "reconciliation_status": "in_progress",
        "balance_transaction_id": "txn_2",
        "failure_balance_transaction_id": "txn_3",
        "failure_code": "account_closed",
        "arrives_at": at(START + 3 * DAY),
        "metadata": {"run": "7"},
        "livemode": True,
        "created_at": at(START + 1),
    }


@pytest.mark.parametrize(
    "field",
    "automatic method reconciliation_status balance_transaction failure_balance_transaction failure_code arrival_date"
    " metadata".split(),
)
def test_null_in_a_payout_is_as_good_as_absent(field: str) -> None:
    absent = send({key: value for key, value in PAYOUT.items() if key != field})
    assert send({**PAYOUT, field: None}) == absent


def test_what_seemed_to_arrive_may_be_sent_back_within_one_second() -> None:
    told(payout(status="failed", failure_code="no_account"))
    told(payout(status="paid"))
    assert Payout.objects.get().status == "failed"


@pytest.mark.parametrize("source", ["ch_1", "re_1"])
def test_of_an_erased_customer_no_words_come_back_with_the_money(source: str) -> None:
    """A movement is described in the words of its charge, whose customer is found over one or two steps."""
    organization: Organization = OrganizationFactory(stripe_customer_id="cus_1", erased_at=at(START))
    told(charge())
    told(refund())
    outcome = answered(balance_transaction(source=source, description="Coaching for Ada"))
    assert outcome.owners == {"txn_1": organization.pk}
    assert "Ada" not in repr(StripeObject.objects.get(stripe_id="txn_1").snapshot)
    assert BalanceTransaction.objects.get().source_id == source
