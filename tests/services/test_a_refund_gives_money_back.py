"""A refund is checked against our own rows before Stripe is asked, and its answer is in the rows at once."""

from typing import Any

import pytest

from audit.actor import SYSTEM, Actor
from billing.gateway import client
from billing.models import Payment, Refund, StripeCommand, Subscription
from billing.queries.refunds import Refundable, refundable
from billing.services.errors import StripeRefused
from billing.services.refunds import CannotRefund, refund
from tests.factories import PaymentAttemptFactory, PaymentFactory
from tests.models.wrong_rows import MAKERS
from tests.services.one_account import Shared, logged, nothing_happened
from tests.services.refunding import REASON, payment_of
from tests.stripe_events import ask_sandbox


@pytest.fixture
def paid(paying: Subscription) -> Payment:
    """$29.00 by card."""
    return payment_of(paying)


def refunds_at(shared: Shared, payment: Payment) -> list[int]:
    found = ask_sandbox(shared.base, f"/v1/refunds?limit=100&payment_intent={payment.stripe_id}")
    return [one["amount"] for one in found["data"]]


def test_it_is_done_at_stripe_and_known_here(shared: Shared, paid: Payment) -> None:
    made = refund(payment=paid, amount=900, reason_code="duplicate", reason=REASON, by=SYSTEM)
    assert (made.amount, made.currency, made.reason, made.status) == (900, "usd", "duplicate", "succeeded")
    assert made.organization_id == paid.organization_id
    assert refunds_at(shared, paid) == [900]
    entry = logged("refund.requested")
    assert (entry.target_type, entry.target_id, entry.reason) == ("payment", paid.stripe_id, REASON)
    assert entry.after["amount"] == 900
    assert refundable(paid) == Refundable(2900, 900, 0)


def test_the_rest_can_go_back_and_no_more(shared: Shared, paid: Payment) -> None:
    refund(payment=paid, amount=1000, by=SYSTEM)
    refund(payment=paid, amount=1900, by=SYSTEM)
    with pytest.raises(CannotRefund) as refusal:
        refund(payment=paid, amount=1, by=SYSTEM)
    assert refusal.value.code == "already_refunded"
    assert refunds_at(shared, paid) == [1900, 1000]


def test_stripe_is_told_which_command_it_was(paid: Payment) -> None:
    made = refund(payment=paid, amount=900, by=SYSTEM)
    command = StripeCommand.objects.get(operation="refunds.create")
    assert made.metadata == {"countinghouse_command": command.public_id}
    assert command.parameters == {
        "payment_intent": paid.stripe_id,
        "amount": 900,
        "metadata": {"countinghouse_command": command.public_id},
    }


@pytest.mark.parametrize(
    ("fields", "given", "code"),
    [
        ({}, {"amount": 0}, "invalid_amount"),
        ({}, {"amount": -5}, "invalid_amount"),
        ({}, {"amount": 2901}, "amount_too_large"),
        ({}, {"amount": 2**62}, "amount_too_large"),
        ({"amount_received": 0}, {}, "already_refunded"),
        ({"status": "processing"}, {}, "not_succeeded"),
        ({"status": "requires_payment_method"}, {}, "not_succeeded"),
        ({"status": "canceled"}, {}, "not_succeeded"),
        ({"stripe_id": None}, {}, "not_at_stripe"),
        ({"livemode": True}, {}, "other_mode"),
        ({}, {"currency": "eur"}, "currency_mismatch"),
        ({"currency": "jpy"}, {"currency": "usd"}, "currency_mismatch"),
        ({}, {"reason_code": "because"}, "invalid_reason_code"),
    ],
)
def test_what_cannot_be_is_refused(db: None, fields: dict[str, Any], given: dict[str, Any], code: str) -> None:
    with pytest.raises(CannotRefund) as refusal:
        refund(payment=PaymentFactory(**fields), reason=REASON, by=SYSTEM, **{"amount": 100, **given})
    assert refusal.value.code == code
    assert nothing_happened()


def test_a_disputed_payment_is_the_banks_to_decide(db: None) -> None:
    payment = PaymentFactory()
    PaymentAttemptFactory(payment=payment, disputed=True)
    with pytest.raises(CannotRefund, match="disputed"):
        refund(payment=payment, amount=100, by=SYSTEM)
    assert nothing_happened()


@pytest.mark.parametrize(("status", "left"), [("succeeded", 1900), ("pending", 1900), ("requires_action", 1900)])
def test_what_is_on_its_way_counts(db: None, status: str, left: int) -> None:
    payment = PaymentFactory()
    MAKERS["Refund"](organization=payment.organization, payment=payment, amount=1000, status=status)
    assert refundable(payment).left == left


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_what_came_back_can_go_again(db: None, status: str) -> None:
    payment = PaymentFactory()
    MAKERS["Refund"](organization=payment.organization, payment=payment, amount=1000, status=status)
    assert refundable(payment).left == 2900


class TestCommands:
    """What we have asked counts as given until its refund is here; then the refund counts."""

    def asked(self, payment: Payment, status: str, amount: int = 1000, **fields: Any) -> StripeCommand:
        made: StripeCommand = MAKERS["StripeCommand"](
            organization=payment.organization,
            operation="refunds.create",
            parameters={"payment_intent": payment.stripe_id, "amount": amount},
            status=status,
            **fields,
        )
        return made

    @pytest.mark.parametrize(
        ("status", "left"), [("pending", 1900), ("unknown", 1900), ("done", 1900), ("failed", 2900)]
    )
    def test_without_a_refund(self, db: None, status: str, left: int) -> None:
        payment = PaymentFactory()
        self.asked(payment, status)
        assert refundable(payment).left == left

    @pytest.mark.parametrize("status", ["pending", "unknown", "done"])
    @pytest.mark.parametrize(("came", "left"), [("succeeded", 1900), ("failed", 2900)])
    def test_with_it(self, db: None, status: str, came: str, left: int) -> None:
        payment = PaymentFactory()
        command = self.asked(payment, status)
        MAKERS["Refund"](
            organization=payment.organization,
            payment=payment,
            amount=1000,
            status=came,
            metadata={"countinghouse_command": command.public_id},
        )
        assert refundable(payment).left == left

    def test_those_of_other_payments_do_not(self, db: None) -> None:
        payment = PaymentFactory()
        self.asked(PaymentFactory(organization=payment.organization), "pending")
        assert refundable(payment).left == 2900

    def test_more_than_everything_leaves_nothing(self, db: None) -> None:
        payment = PaymentFactory()
        self.asked(payment, "pending", 5000)
        assert refundable(payment).left == 0


def test_stripes_refusal_leaves_the_money_where_it_is(shared: Shared, paid: Payment, by: Actor) -> None:
    """Refunded in Stripe's dashboard, and its event has not come yet."""
    client.ask("post", "/v1/refunds", {"payment_intent": paid.stripe_id, "amount": 2500}, operation="by hand")
    with pytest.raises(StripeRefused):
        refund(payment=paid, amount=900, by=by)
    assert refundable(paid).left == 2900
    assert not Refund.objects.exists()
    assert refunds_at(shared, paid) == [2500]
