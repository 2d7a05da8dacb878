"""Stripe did it and its answer was lost: it is found by the command's id, and nothing is sent a second time.
Row F04."""

from typing import Any

import pytest

from audit.actor import Actor
from billing.domain.ids import COMMAND_KEY
from billing.models import Organization, PaymentMethod, Refund, StripeCommand, Subscription
from billing.services import organizations, payment_methods, refunds, subscriptions
from billing.services.resuming import resume_due
from tests.inbox.stripe_calls import calls_to_stripe
from tests.services.one_account import Shared, logged
from tests.services.refunding import payment_of
from tests.services.unanswered import later, now_of, steps_of, unanswered

pytestmark = pytest.mark.django_db
LOST = ("drop_response", "truncated")


@pytest.fixture
def with_card(customer: Organization, by: Actor) -> Organization:
    payment_methods.attach(organization=customer, payment_method="pm_card_visa", by=by)
    return customer


def found(command: StripeCommand, writes: str) -> StripeCommand:
    """After the sweep: done, and Stripe was asked for nothing but what is there."""
    assert command.status == "unknown"
    with calls_to_stripe() as calls:
        assert resume_due(now=later()) == 1
    assert writes not in calls()
    done = now_of(command)
    assert (done.status, done.error_code, done.idempotency_key) == ("done", "", command.public_id)
    assert steps_of(command) == ["unknown", "done"]
    return done


@pytest.mark.parametrize("kind", LOST)
def test_a_subscription(at_hand: Shared, with_card: Organization, by: Actor, kind: str) -> None:
    at_hand.breaks("POST /v1/subscriptions", kind)
    command = unanswered(subscriptions.start, organization=with_card, plan_code="professional", by=by)
    done = found(command, "subscriptions.create")
    (made,) = at_hand.of(with_card, "subscriptions")
    assert (made["id"], made["metadata"][COMMAND_KEY]) == (done.result_id, command.public_id)
    assert Subscription.objects.get().stripe_id == made["id"]
    assert at_hand.charged(with_card) == 2900


@pytest.mark.parametrize("kind", LOST)
def test_a_refund(at_hand: Shared, paying: Subscription, by: Actor, kind: str) -> None:
    payment = payment_of(paying)
    at_hand.breaks("POST /v1/refunds", kind)
    command = unanswered(refunds.refund, payment=payment, amount=900, by=by)
    done = found(command, "refunds.create")
    (given,) = [one for one in at_hand.of(paying.organization, "charges") if one["amount_refunded"]]
    assert given["amount_refunded"] == 900
    assert (Refund.objects.get().stripe_id, Refund.objects.get().amount) == (done.result_id, 900)


def test_the_right_one_of_two_that_look_the_same(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    payment = payment_of(paying)
    first = refunds.refund(payment=payment, amount=500, by=by)
    at_hand.breaks("POST /v1/refunds", "drop_response")
    command = unanswered(refunds.refund, payment=payment, amount=500, by=by)
    assert resume_due(now=later()) == 1
    assert now_of(command).result_id not in ("", first.stripe_id)
    assert Refund.objects.count() == 2


def test_a_customer(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "drop_response")
    command = unanswered(organizations.register, name="Lost", email="lost@example.com", by=by)
    done = found(command, "customers.create")
    assert Organization.objects.get().stripe_customer_id == done.result_id


def test_a_change_of_plan(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    at_hand.breaks("POST /v1/subscriptions/{id}", "drop_response")
    command = unanswered(subscriptions.change_plan, subscription=paying, plan_code="premium", by=by)
    found(command, "subscriptions.update")
    assert paying.items.get().price.plan.code == "premium"
    assert at_hand.charged(paying.organization) == 7900


@pytest.mark.parametrize(("at", "operation"), [("now", "DELETE"), ("period_end", "POST")])
def test_a_cancellation(at_hand: Shared, paying: Subscription, by: Actor, at: str, operation: str) -> None:
    at_hand.breaks(f"{operation} /v1/subscriptions/{{id}}", "drop_response")
    command = unanswered(subscriptions.cancel, subscription=paying, at=at, by=by)
    found(command, command.operation)
    paying.refresh_from_db()
    assert (paying.status == "canceled") == (at == "now")
    assert paying.cancel_at_period_end == (at == "period_end")


def test_a_default_payment_method(at_hand: Shared, customer: Organization, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers/{id}", "drop_response")
    command = unanswered(payment_methods.attach, organization=customer, payment_method="pm_card_visa", by=by)
    found(command, "customers.update")
    assert command.operation == "customers.update"
    assert PaymentMethod.objects.get().organization == customer


def test_the_log_tells_that_it_was_looked_up(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "drop_response")
    unanswered(organizations.register, name="Lost", email="lost@example.com", by=by)
    resume_due(now=later())
    assert logged("command.done").after["looked_up"] is True


def test_what_stripe_never_got_is_asked_again_under_the_same_key(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "reset")
    command = unanswered(organizations.register, name="Lost", email="never@example.com", by=by)
    with calls_to_stripe() as calls:
        assert resume_due(now=later()) == 1
    assert calls() == {"list customers": 1, "customers.create": 1}
    assert (now_of(command).status, now_of(command).idempotency_key) == ("done", command.public_id)


def test_while_looking_up_fails_it_stays_unknown(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "drop_response")
    command = unanswered(organizations.register, name="Lost", email="later@example.com", by=by)
    at_hand.breaks("GET /v1/customers", "error_500")
    resume_due(now=later())
    assert (now_of(command).status, now_of(command).error_code) == ("unknown", "no_answer")
    resume_due(now=later(hours=3))
    assert now_of(command).status == "done"


def test_unknown_does_not_become_busy(at_hand: Shared, by: Actor) -> None:
    """That Stripe is too busy to be asked again says nothing of the first time."""
    at_hand.breaks("POST /v1/customers", "reset")
    command = unanswered(organizations.register, name="Lost", email="busy@example.com", by=by)
    at_hand.breaks("POST /v1/customers", "error_429")
    resume_due(now=later())
    assert now_of(command).status == "unknown"


def test_a_key_of_ours_that_stripe_no_longer_takes_decides_nothing(
    at_hand: Shared, by: Actor, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from billing.gateway import client

    at_hand.breaks("POST /v1/customers", "drop_response")
    command = unanswered(organizations.register, name="Lost", email="locked@example.com", by=by)
    good, settings.STRIPE_SECRET_KEY = settings.STRIPE_SECRET_KEY, "sk_wrong"
    client._client.cache_clear()
    resume_due(now=later())
    assert now_of(command).status == "unknown"
    settings.STRIPE_SECRET_KEY = good
    client._client.cache_clear()
    resume_due(now=later(hours=3))
    assert now_of(command).status == "done"
