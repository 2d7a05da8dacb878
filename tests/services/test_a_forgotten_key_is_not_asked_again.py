"""Stripe may forget an idempotency key after a day; the same request under it would then be done once more. Row F20."""

import pytest

from audit.actor import Actor
from billing.models import Organization, StripeCommand, Subscription
from billing.services import organizations, refunds, subscriptions
from billing.services.commands import prepare
from billing.services.resuming import resume_due
from tests.inbox.stripe_calls import calls_to_stripe
from tests.services.one_account import Shared, logged
from tests.services.refunding import payment_of
from tests.services.unanswered import aged, later, now_of, unanswered

pytestmark = pytest.mark.django_db


def test_what_was_done_is_found_however_old(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "drop_response")
    command = unanswered(organizations.register, name="Old", email="old@example.com", by=by)
    aged(command)
    with calls_to_stripe() as calls:
        assert resume_due(now=later()) == 1
    assert "customers.create" not in calls()
    assert now_of(command).status == "done"
    assert Organization.objects.get().stripe_customer_id == now_of(command).result_id


@pytest.mark.parametrize("status", ["unknown", "pending"])
def test_what_was_not_done_is_given_up_and_never_sent(at_hand: Shared, by: Actor, status: str) -> None:
    """Also what was never sent: a day later nobody expects it any more."""
    at_hand.breaks("POST /v1/customers", "reset")
    command = unanswered(organizations.register, name="Old", email=f"{status}@example.com", by=by)
    StripeCommand.objects.update(status=status)
    aged(command)
    with calls_to_stripe() as calls:
        resume_due(now=later())
    assert calls() == {"list customers": 1}
    assert (now_of(command).status, now_of(command).error_code) == ("failed", "not_carried_out")
    assert logged("command.failed").after["error_code"] == "not_carried_out"
    assert resume_due(now=later(days=9)) == 0


def test_money_that_was_not_given_back_can_be_given_back_again(
    at_hand: Shared, paying: Subscription, by: Actor
) -> None:
    payment = payment_of(paying)
    at_hand.breaks("POST /v1/refunds", "reset")
    command = unanswered(refunds.refund, payment=payment, amount=2900, by=by)
    with pytest.raises(refunds.CannotRefund):
        refunds.refund(payment=payment, amount=1, by=by)
    aged(command)
    resume_due(now=later())
    assert refunds.refund(payment=payment, amount=2900, by=by).amount == 2900
    charges = at_hand.of(paying.organization, "charges")
    assert sum(one["amount_refunded"] for one in charges) == 2900


def test_what_cannot_be_looked_up_waits_for_a_person(at_hand: Shared, by: Actor) -> None:
    """A command from before commands left their id at Stripe."""
    command = prepare(operation="customers.create", parameters={"email": "a@example.com"}, organization_id=None, by=by)
    StripeCommand.objects.update(status="unknown", parameters={"email": "a@example.com"})
    aged(command)
    resume_due(now=later())
    assert (now_of(command).status, now_of(command).error_code) == ("unknown", "cannot_look_up")


def test_a_change_that_a_later_one_covered_waits_for_a_person(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    """Asked again it would undo the later one."""
    at_hand.breaks("POST /v1/subscriptions/{id}", "drop_response")
    command = unanswered(subscriptions.change_plan, subscription=paying, plan_code="premium", by=by)
    paying.refresh_from_db()
    subscriptions.change_plan(subscription=paying, plan_code="professional", quantity=2, by=by)
    for hours in (1, 3):
        resume_due(now=later(hours=hours))
        assert (now_of(command).status, now_of(command).error_code) == ("unknown", "changed_since")
        aged(command)
    paying.refresh_from_db()
    assert paying.items.get().price.plan.code == "professional"
