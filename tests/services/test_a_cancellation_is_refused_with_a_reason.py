"""What cannot be cancelled (again) says why; neither the log nor Stripe is told of it."""

import pytest

from audit.actor import Actor, ActorKind
from billing.domain.ids import COMMAND_KEY
from billing.domain.states import ENDED, LIVE, SERVED
from billing.models import StripeCommand, Subscription
from billing.services import subscriptions
from billing.services.errors import OutcomeUnknown
from billing.services.subscriptions import CannotCancel
from tests.factories import SubscriptionFactory
from tests.services.one_account import Shared, asked, logged, nothing_happened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at", ["", "NOW", "tomorrow", "period end", "2026-01-01"])
def test_at_an_unknown_time(by: Actor, at: str) -> None:
    with pytest.raises(CannotCancel, match='"now" or at "period_end"') as refusal:
        subscriptions.cancel(subscription=SubscriptionFactory(), at=at, by=by)
    assert refusal.value.code == "invalid_time"
    assert nothing_happened()


@pytest.mark.parametrize("at", ["now", "period_end"])
@pytest.mark.parametrize("status", sorted(ENDED))
def test_when_it_has_ended(by: Actor, at: str, status: str) -> None:
    with pytest.raises(CannotCancel, match="has ended already") as refusal:
        subscriptions.cancel(subscription=SubscriptionFactory(status=status), at=at, by=by)
    assert (refusal.value.code, refusal.value.status) == ("already_ended", 409)
    assert nothing_happened()


def test_at_the_periods_end_twice(by: Actor) -> None:
    with pytest.raises(CannotCancel, match="ends at the period's end already") as refusal:
        subscriptions.cancel(subscription=SubscriptionFactory(cancel_at_period_end=True), by=by)
    assert refusal.value.code == "already_cancelling"
    assert nothing_happened()


@pytest.mark.parametrize("status", sorted(LIVE - SERVED))
def test_at_the_end_of_a_period_that_nobody_paid(by: Actor, status: str) -> None:
    with pytest.raises(CannotCancel, match="cancel it now") as refusal:
        subscriptions.cancel(subscription=SubscriptionFactory(status=status), at="period_end", by=by)
    assert refusal.value.code == "no_period"
    assert nothing_happened()


@pytest.mark.parametrize("status", sorted(LIVE))
@pytest.mark.parametrize("ends", [False, True])
def test_now_is_possible_while_it_lives(by: Actor, status: str, ends: bool) -> None:
    subscription = SubscriptionFactory(status=status, cancel_at_period_end=ends)
    with pytest.raises(OutcomeUnknown):
        subscriptions.cancel(subscription=subscription, at="now", by=by)
    assert asked() == ["subscriptions.cancel"]
    assert StripeCommand.objects.get().parameters == {"id": subscription.stripe_id}


@pytest.mark.parametrize("status", sorted(SERVED))
def test_a_served_one_runs_to_the_end_of_its_period(by: Actor, status: str) -> None:
    subscription = SubscriptionFactory(status=status)
    with pytest.raises(OutcomeUnknown):
        subscriptions.cancel(subscription=subscription, by=by)
    command = StripeCommand.objects.get()
    assert command.operation == "subscriptions.update"
    assert command.parameters == {
        "id": subscription.stripe_id,
        "cancel_at_period_end": True,
        "metadata": {COMMAND_KEY: command.public_id},
    }


@pytest.mark.parametrize("at", ["now", "period_end"])
def test_the_log_says_when_why_and_who(paying: Subscription, at: str) -> None:
    subscriptions.cancel(subscription=paying, at=at, reason="Too expensive", by=Actor(ActorKind.USER, "3"))
    entry = logged("subscription.cancel_requested")
    assert (entry.after, entry.reason) == ({"at": at}, "Too expensive")
    assert (entry.actor_kind, entry.actor_id) == ("user", "3")
    assert (entry.target_id, entry.organization_id) == (paying.stripe_id, paying.organization_id)


def test_the_end_can_be_moved_forward(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    subscriptions.cancel(subscription=paying, at="period_end", by=by)
    assert (paying.status, paying.cancel_at) == ("active", paying.current_period_end)
    subscriptions.cancel(subscription=paying, at="now", by=by)
    assert paying.status == "canceled"
    assert paying.ended_at is not None
    (theirs,) = at_hand.of(paying.organization, "subscriptions")
    assert theirs["status"] == "canceled"


def test_after_the_end_the_plan_can_be_started_again(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    subscriptions.cancel(subscription=paying, at="now", by=by)
    again = subscriptions.start(organization=paying.organization, plan_code="professional", by=by)
    assert again.stripe_id != paying.stripe_id
    assert at_hand.charged(paying.organization) == 5800
