"""No webhook told of its renewal: every half hour Stripe is asked for what should have gone on an hour ago."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from audit.actor import Actor
from billing import jobs, tasks
from billing.gateway.errors import StripeFault
from billing.models import JobRun, StripeObject, Subscription
from billing.services.resync import resync_stale
from tests.factories import SubscriptionFactory
from tests.inbox.stripe_calls import calls_to_stripe
from tests.services.one_account import Shared, logged

pytestmark = pytest.mark.django_db


def stands_still(subscription: Subscription, hours: float = 2) -> datetime:
    """Our row says that its period ended so long ago; returns what Stripe says."""
    truth = Subscription.objects.get(pk=subscription.pk).current_period_end
    ended = timezone.now() - timedelta(hours=hours)
    Subscription.objects.filter(pk=subscription.pk).update(
        current_period_end=ended, current_period_start=ended - timedelta(days=30)
    )
    StripeObject.objects.filter(stripe_id=subscription.stripe_id).update(snapshot={"object": "subscription", "old": 1})
    return truth


def resync(now: datetime | None = None) -> int:
    with jobs.running("test.resync") as run:
        return resync_stale(run, now=now or timezone.now())


def test_it_is_as_stripe_says_and_the_log_knows(at_hand: Shared, paying: Subscription) -> None:
    truth = stands_still(paying)
    assert resync() == 1
    paying.refresh_from_db()
    assert paying.current_period_end == truth
    entry = logged("subscription.resynced")
    assert (entry.target_id, entry.organization_id) == (paying.stripe_id, paying.organization_id)
    assert entry.before["current_period_end"] != entry.after["current_period_end"] == truth.isoformat()


def test_it_is_asked_for_once_an_hour(at_hand: Shared, paying: Subscription) -> None:
    """Where Stripe says the same, there is nothing to log, and no reason to ask again at once."""
    stands_still(paying)
    resync()
    Subscription.objects.update(
        current_period_end=timezone.now() - timedelta(hours=2),
        current_period_start=timezone.now() - timedelta(days=30),
    )
    with calls_to_stripe() as calls:
        assert resync() == 0
        assert calls() == {}
        resync(timezone.now() + timedelta(minutes=61))
        assert calls() == {"subscription.retrieve": 1}


@pytest.mark.parametrize(
    ("status", "hours", "stale"),
    [
        ("active", 1.1, True),
        ("trialing", 1.1, True),
        ("past_due", 30, True),
        ("active", 0.9, False),
        ("canceled", 30, False),
        ("paused", 30, False),
        ("unpaid", 30, False),
    ],
)
def test_which_stand_still(status: str, hours: float, stale: bool) -> None:
    now = timezone.now()
    end = now - timedelta(hours=hours)
    SubscriptionFactory(status=status, current_period_start=end - timedelta(days=30), current_period_end=end)
    assert Subscription.objects.stale(now=now).exists() == stale


def test_one_that_stripe_has_no_more_is_kept_as_deleted(at_hand: Shared, paying: Subscription) -> None:
    stored = StripeObject.objects.get(stripe_id=paying.stripe_id)
    snapshot = json.loads(json.dumps(stored.snapshot).replace(paying.stripe_id, "sub_gone").replace("si_", "si_gone"))
    StripeObject.objects.create(
        stripe_id="sub_gone", object_type="subscription", api_version=stored.api_version, snapshot=snapshot
    )
    ended = timezone.now() - timedelta(days=10)
    gone = SubscriptionFactory(
        stripe_id="sub_gone",
        organization=paying.organization,
        current_period_start=ended - timedelta(days=30),
        current_period_end=ended,
    )
    assert resync() == 1
    assert StripeObject.objects.get(stripe_id="sub_gone").deleted
    assert logged("subscription.resynced").after == {"status": "gone"}
    Subscription.objects.filter(pk=gone.pk).update(current_period_start=ended, current_period_end=ended)
    assert gone not in Subscription.objects.stale(now=timezone.now() + timedelta(days=1))


def test_a_silent_stripe_stops_it_and_the_next_run_goes_on_from_there(at_hand: Shared, paying: Subscription) -> None:
    stands_still(paying)
    at_hand.breaks("GET /v1/subscriptions/{id}", "error_500")
    with pytest.raises(StripeFault):
        resync()
    assert JobRun.objects.get().status == "failed"
    assert resync() == 1


def test_the_task_serves_each_half_hour_once(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    stands_still(paying)
    for _ in range(2):
        tasks.sync_stale_subscriptions()
    (run,) = JobRun.objects.filter(job="sync_stale_subscriptions")
    assert (run.status, run.counts, run.progress["after"]) == ("done", {"seen": 1, "changed": 1}, paying.pk)
