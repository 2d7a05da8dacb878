"""payment_intent -> Payment and charge -> PaymentAttempt: the payment is one, its attempts are many."""

from typing import Any

import pytest

from billing.models import Organization, Payment, PaymentAttempt
from billing.projection import payments
from tests.factories import OrganizationFactory
from tests.projection.payments import charge, outcome, payment_error, payment_intent
from tests.projection.seen import at, columns, only, projectable
from tests.projection.snapshots import START, Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


@pytest.fixture
def pay(organization: Organization) -> Any:
    def project(snapshot: Snapshot) -> dict[str, Any]:
        payments.project_payment_intents([projectable(snapshot, organization)])
        return columns(Payment.objects.get(stripe_id=snapshot["id"]), "organization_id", "public_id")

    return project


@pytest.fixture
def attempt(organization: Organization) -> Any:
    def project(snapshot: Snapshot) -> dict[str, Any]:
        payments.project_charges([projectable(snapshot, organization)])
        return only(PaymentAttempt, "organization_id")

    return project


FULL = payment_intent(
    status="canceled",
    amount=7900,
    amount_received=100,
    currency="eur",
    payment_method_types=["sepa_debit", "card"],
    payment_method="pm_1",
    latest_charge="ch_1",
    last_payment_error=payment_error(),
    description="Subscription creation",
    canceled_at=START + 1,
    metadata={"order": "7"},
    livemode=True,
    created=START + 2,
)


def test_every_column_of_a_payment_comes_from_its_field(pay: Any, organization: Organization) -> None:
    assert pay(FULL) == {
        "stripe_id": "pi_1",
        "status": "canceled",
        "amount": 7900,
        "amount_received": 100,
        "currency": "eur",
        "method": "sepa_debit",
        "payment_method_id": "pm_1",
        "latest_charge_id": "ch_1",
        "failure_code": "insufficient_funds",
        "failure_message": "Your card has insufficient funds.",
        "description": "Subscription creation",
        "canceled_at": at(START + 1),
        "metadata": {"order": "7"},
        "livemode": True,
        "created_at": at(START + 2),
    }
    assert Payment.objects.get().organization == organization


def test_a_later_snapshot_overwrites_all_but_our_own_id(pay: Any) -> None:
    pay(FULL)
    ours = Payment.objects.get().public_id
    bare = {"id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 1, "currency": "usd"}
    assert pay({**bare, "livemode": False, "created": START}) == {
        "stripe_id": "pi_1",
        "status": "succeeded",
        "amount": 1,
        "amount_received": 0,
        "currency": "usd",
        **dict.fromkeys(("method", "payment_method_id", "latest_charge_id", "failure_code", "failure_message"), ""),
        "description": "",
        "canceled_at": None,
        "metadata": {},
        "livemode": False,
        "created_at": at(START),
    }
    assert Payment.objects.get().public_id == ours


def test_each_payment_has_a_public_id_of_its_own(pay: Any) -> None:
    pay(payment_intent("pi_1"))
    pay(payment_intent("pi_2"))
    first, second = Payment.objects.order_by("stripe_id").values_list("public_id", flat=True)
    assert first != second
    assert first.startswith("pay_")


OPTIONAL = (
    "amount_received payment_method_types payment_method latest_charge last_payment_error description canceled_at"
    " metadata"
).split()


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_is_as_good_as_absent(pay: Any, field: str) -> None:
    absent = pay({key: value for key, value in FULL.items() if key != field})
    pay(FULL)
    assert pay({**FULL, field: None}) == absent


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (payment_error(), "insufficient_funds"),
        (payment_error(decline_code=None), "card_declined"),
        ({"code": "expired_card", "message": "Your card has expired."}, "expired_card"),
        ({"type": "api_error"}, ""),
        (None, ""),
    ],
)
def test_the_failure_is_as_exact_as_stripe_says(pay: Any, error: Any, code: str) -> None:
    assert pay(payment_intent(last_payment_error=error))["failure_code"] == code


def test_a_payment_that_succeeded_after_all_has_no_failure(pay: Any) -> None:
    pay(payment_intent(last_payment_error=payment_error()))
    shown = pay(payment_intent(status="succeeded", amount_received=2900))
    assert (shown["failure_code"], shown["failure_message"], shown["amount_received"]) == ("", "", 2900)


STATUSES = (
    "requires_payment_method requires_confirmation requires_action processing requires_capture succeeded canceled"
).split()


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_stripe_has_a_place(pay: Any, status: str) -> None:
    assert pay(payment_intent(status=status))["status"] == status


def test_without_a_customer_there_is_no_row() -> None:
    """Money of a checkout without an account: it is nobody's here."""
    payments.project_payment_intents([projectable(payment_intent(customer=None))])
    payments.project_charges([projectable(charge(customer=None))])
    assert not Payment.objects.exists()
    assert not PaymentAttempt.objects.exists()


CHARGE = charge(
    status="failed",
    amount=7900,
    amount_captured=7000,
    amount_refunded=500,
    currency="eur",
    disputed=True,
    failure_code="expired_card",
    failure_message="Your card has expired.",
    balance_transaction="txn_1",
    livemode=True,
    created=START + 3,
)


def test_every_column_of_an_attempt_comes_from_its_field(attempt: Any) -> None:
    assert attempt(CHARGE) == {
        "stripe_id": "ch_1",
        "payment_id": "pi_1",
        "status": "failed",
        "amount": 7900,
        "amount_captured": 7000,
        "amount_refunded": 500,
        "currency": "eur",
        "disputed": True,
        "failure_code": "expired_card",
        "failure_message": "Your card has expired.",
        "payment_method_id": "pm_1",
        "card_brand": "visa",
        "card_last_four": "4242",
        "balance_transaction_id": "txn_1",
        "livemode": True,
        "created_at": at(START + 3),
    }


def test_a_later_snapshot_overwrites_all_of_an_attempt(attempt: Any) -> None:
    attempt(CHARGE)
    bare = {"id": "ch_1", "object": "charge", "status": "pending", "amount": 1, "currency": "usd", "created": START}
    assert attempt({**bare, "livemode": False}) == {
        "stripe_id": "ch_1",
        "payment_id": None,
        "status": "pending",
        "amount": 1,
        "amount_captured": 0,
        "amount_refunded": 0,
        "currency": "usd",
        "disputed": False,
        **dict.fromkeys(("failure_code", "failure_message", "payment_method_id", "balance_transaction_id"), ""),
        **dict.fromkeys(("card_brand", "card_last_four"), ""),
        "livemode": False,
        "created_at": at(START),
    }


@pytest.mark.parametrize(
    ("code", "reason", "kept"),
    [
        ("card_declined", "insufficient_funds", "insufficient_funds"),
        ("card_declined", None, "card_declined"),
        ("expired_card", "insufficient_funds", "expired_card"),
        (None, "elevated_risk_level", ""),
        (None, None, ""),
    ],
)
def test_of_a_declined_card_the_reason_is_kept(attempt: Any, code: Any, reason: Any, kept: str) -> None:
    """The outcome of a charge that went through may have a reason too; that is no failure."""
    assert attempt(charge(failure_code=code, outcome=outcome(reason=reason)))["failure_code"] == kept


CHARGE_OPTIONAL = (
    "payment_intent amount_captured amount_refunded disputed failure_code failure_message outcome payment_method"
    " payment_method_details balance_transaction"
).split()


@pytest.mark.parametrize("field", CHARGE_OPTIONAL)
def test_null_in_a_charge_is_as_good_as_absent(attempt: Any, field: str) -> None:
    absent = attempt({key: value for key, value in CHARGE.items() if key != field})
    attempt(CHARGE)
    assert attempt({**CHARGE, field: None}) == absent


def test_a_charge_may_come_before_its_payment_intent(attempt: Any) -> None:
    assert attempt(charge(payment_intent="pi_later"))["payment_id"] == "pi_later"
    assert not Payment.objects.exists()
