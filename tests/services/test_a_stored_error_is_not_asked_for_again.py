"""Stripe keeps a 500 under its key for a day: asked again it only repeats it. So: look up, then a new key. Row F20."""

from typing import Any

import pytest

from audit.actor import Actor
from billing.models import Organization, Subscription
from billing.services import payment_methods, refunds, subscriptions
from billing.services.resuming import resume_due
from tests.services.one_account import Shared
from tests.services.refunding import payment_of
from tests.services.unanswered import later, now_of, steps_of, unanswered

pytestmark = pytest.mark.django_db
START = "POST /v1/subscriptions"


@pytest.fixture
def with_card(customer: Organization, by: Actor) -> Organization:
    payment_methods.attach(organization=customer, payment_method="pm_card_visa", by=by)
    return customer


def start(organization: Organization, by: Actor) -> Any:
    return unanswered(subscriptions.start, organization=organization, plan_code="professional", by=by)


def test_not_done_it_is_asked_under_a_new_key(at_hand: Shared, with_card: Organization, by: Actor) -> None:
    at_hand.breaks(START, "error_500")
    command = start(with_card, by)
    assert (now_of(command).status, now_of(command).key_spent) == ("unknown", True)
    resume_due(now=later())
    done = now_of(command)
    assert (done.status, done.key_spent) == ("done", False)
    assert done.idempotency_key == f"{command.public_id}.2"
    assert steps_of(command) == ["unknown", "key_changed", "done"]
    assert len(at_hand.of(with_card, "subscriptions")) == 1
    assert at_hand.charged(with_card) == 2900


def test_done_all_the_same_it_is_found(at_hand: Shared, with_card: Organization, by: Actor) -> None:
    at_hand.breaks(START, "error_500", after=True)
    command = start(with_card, by)
    resume_due(now=later())
    assert (now_of(command).status, now_of(command).idempotency_key) == ("done", command.public_id)
    assert len(at_hand.of(with_card, "subscriptions")) == 1


def test_a_new_key_may_meet_the_same(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    payment = payment_of(paying)
    at_hand.breaks("POST /v1/refunds", "error_500", count=3)
    command = unanswered(refunds.refund, payment=payment, amount=100, by=by)
    keys = [now_of(command).idempotency_key]
    for hour in range(1, 4):
        resume_due(now=later(hours=2 * hour))
        keys.append(now_of(command).idempotency_key)
    assert len(set(keys)) == 4
    assert now_of(command).status == "done"
    charges = at_hand.of(paying.organization, "charges")
    assert sum(one["amount_refunded"] for one in charges) == 100


@pytest.mark.parametrize("kind", ["error_503", "html", "reset", "timeout"])
def test_what_came_from_in_between_keeps_the_key(
    at_hand: Shared, with_card: Organization, by: Actor, kind: str
) -> None:
    """Nobody stored it: the same key is what keeps the first request, should it still arrive, from being a second."""
    at_hand.breaks(START, kind, seconds=0)
    command = start(with_card, by)
    assert not now_of(command).key_spent
    resume_due(now=later())
    assert (now_of(command).status, now_of(command).idempotency_key) == ("done", command.public_id)
    assert len(at_hand.of(with_card, "subscriptions")) == 1
