"""Two tabs, two colleagues, a customer and staff: at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from audit.actor import Actor
from billing.models import Organization, StripeCommand, Subscription
from billing.services import payment_methods, subscriptions
from billing.services.errors import Cannot
from billing.services.subscriptions import CannotSubscribe
from tests.services.scenes import a_customer, at_stripe
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def organization(sandbox: str, by: Actor) -> Organization:
    made = a_customer(by)
    payment_methods.attach(organization=made, payment_method="pm_card_visa", by=by)
    return made


def race(*works: Callable[[], Any]) -> list[Any]:
    """What each gave or raised, started together."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait(30)
            return work()
        except Cannot as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_starts_of_a_plan_make_one_subscription(sandbox: str, organization: Organization, by: Actor) -> None:
    def start() -> Subscription:
        return subscriptions.start(organization=organization, plan_code="professional", by=by)

    outcomes = race(start, start, start)
    refused = [outcome for outcome in outcomes if isinstance(outcome, CannotSubscribe)]
    assert [refusal.code for refusal in refused] == ["already_subscribed"] * 2
    assert len(at_stripe(sandbox, "subscriptions")) == 1
    assert Subscription.objects.live().count() == 1
    assert StripeCommand.objects.filter(operation="subscriptions.create").count() == 1


@pytest.mark.parametrize("at", ["now", "period_end"])
def test_a_change_and_a_cancellation(sandbox: str, organization: Organization, by: Actor, at: str) -> None:
    """Either order will do; ours and Stripe's are the same, and the events change nothing."""
    subscription = subscriptions.start(organization=organization, plan_code="professional", by=by)
    mine, yours = (Subscription.objects.get(pk=subscription.pk) for _ in range(2))
    outcomes = race(
        lambda: subscriptions.change_plan(subscription=mine, plan_code="premium", by=by),
        lambda: subscriptions.cancel(subscription=yours, at=at, by=by),
    )
    assert isinstance(outcomes[1], Subscription)
    (theirs,) = at_stripe(sandbox, "subscriptions")
    assert_equal(Subscription.objects.get(), theirs)
    deliver(sandbox)
    assert_equal(Subscription.objects.get(), theirs)
    assert not StripeCommand.objects.exclude(status__in=["done", "failed"]).exists()
    if at == "now":
        assert theirs["status"] == "canceled"
    else:
        assert theirs["cancel_at_period_end"]
        assert ours_price() == "premium"


def ours_price() -> str:
    return str(Subscription.objects.get().items.get().price.plan.code)


def assert_equal(ours: Subscription, theirs: dict[str, Any]) -> None:
    assert (ours.status, ours.cancel_at_period_end) == (theirs["status"], theirs["cancel_at_period_end"])
    items = {(item.stripe_id, item.price_id, item.quantity) for item in ours.items.all()}
    assert items == {(item["id"], item["price"]["id"], item["quantity"]) for item in theirs["items"]["data"]}


def test_two_equal_changes_are_one(sandbox: str, organization: Organization, by: Actor) -> None:
    """The second finds nothing to change, or changes to the same: charged once."""
    subscription = subscriptions.start(organization=organization, plan_code="professional", by=by)
    mine, yours = (Subscription.objects.get(pk=subscription.pk) for _ in range(2))
    race(
        lambda: subscriptions.change_plan(subscription=mine, plan_code="premium", by=by),
        lambda: subscriptions.change_plan(subscription=yours, plan_code="premium", by=by),
    )
    invoices = at_stripe(sandbox, "invoices")
    assert len([one for one in invoices if one["billing_reason"] == "subscription_update"]) == 1
    assert ours_price() == "premium"
