"""What cannot change says why; neither the log nor Stripe is told of it."""

from typing import Any

import pytest

from audit.actor import Actor
from billing.domain.states import SERVED, SubscriptionStatus
from billing.models import Subscription
from billing.services import subscriptions
from billing.services.errors import OutcomeUnknown
from billing.services.prices import UnknownPlan
from billing.services.subscriptions import CannotChangePlan
from tests.factories import PlanFactory, PriceFactory, SubscriptionFactory, SubscriptionItemFactory
from tests.services.one_account import asked, nothing_happened

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription() -> Subscription:
    """Two seats of Professional, a month each; Premium is on sale too."""
    for code in ("professional", "premium"):
        plan = PlanFactory(code=code)
        for interval in ("month", "year"):
            PriceFactory(plan=plan, interval=interval, stripe_id=f"price_{code}_{interval}")
    made = SubscriptionFactory()
    SubscriptionItemFactory(subscription=made, price_id="price_professional_month", price=None, quantity=2)
    return made


def change(subscription: Subscription, by: Actor, plan_code: str = "premium", **choices: Any) -> None:
    subscriptions.change_plan(subscription=subscription, plan_code=plan_code, by=by, **choices)


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - SERVED))
def test_by_its_status(subscription: Subscription, by: Actor, status: str) -> None:
    Subscription.objects.update(status=status)
    with pytest.raises(CannotChangePlan, match=f"The subscription is {status}; it cannot change plan") as refusal:
        change(subscription, by)
    assert (refusal.value.code, refusal.value.status) == ("cannot_change_plan", 409)
    assert nothing_happened()


@pytest.mark.parametrize("status", sorted(SERVED))
def test_while_it_is_served_it_may(subscription: Subscription, by: Actor, status: str) -> None:
    Subscription.objects.update(status=status)
    with pytest.raises(OutcomeUnknown):
        change(subscription, by)
    assert asked() == ["subscriptions.update"]


def test_the_row_decides_not_what_the_caller_holds(subscription: Subscription, by: Actor) -> None:
    Subscription.objects.update(status="canceled")
    assert subscription.status == "active"
    with pytest.raises(CannotChangePlan):
        change(subscription, by)
    assert nothing_happened()


@pytest.mark.parametrize(
    "choices",
    [
        {"plan_code": "professional"},
        {"plan_code": "professional", "interval": "month"},
        {"plan_code": "professional", "interval": "month", "quantity": 2},
    ],
)
def test_to_what_it_has_already(subscription: Subscription, by: Actor, choices: dict[str, Any]) -> None:
    with pytest.raises(CannotChangePlan, match="has already") as refusal:
        change(subscription, by, **choices)
    assert refusal.value.code == "no_change"
    assert nothing_happened()


@pytest.mark.parametrize("choices", [{"quantity": 3}, {"interval": "year"}, {"quantity": 1, "interval": "year"}])
def test_quantity_or_interval_alone_is_a_change(subscription: Subscription, by: Actor, choices: Any) -> None:
    with pytest.raises(OutcomeUnknown):
        change(subscription, by, "professional", **choices)
    assert asked() == ["subscriptions.update"]


@pytest.mark.parametrize(
    ("choices", "detail"),
    [
        ({"plan_code": "platinum"}, "no plan 'platinum' on sale"),
        ({"plan_code": ""}, "no plan '' on sale"),
        ({"plan_code": "premium", "interval": "week"}, "no price per week in USD"),
    ],
)
def test_to_what_is_not_sold(subscription: Subscription, by: Actor, choices: dict[str, Any], detail: str) -> None:
    with pytest.raises(UnknownPlan, match=detail) as refusal:
        change(subscription, by, **choices)
    assert (refusal.value.code, refusal.value.status) == ("unknown_plan", 422)
    assert nothing_happened()


def test_with_several_items(subscription: Subscription, by: Actor) -> None:
    SubscriptionItemFactory(subscription=subscription)
    with pytest.raises(CannotChangePlan, match="several items") as refusal:
        change(subscription, by)
    assert refusal.value.code == "several_items"
    assert nothing_happened()


def test_metered_items_do_not_count_as_several(subscription: Subscription, by: Actor) -> None:
    SubscriptionItemFactory(subscription=subscription, price__usage_type="metered", quantity=None)
    with pytest.raises(OutcomeUnknown):
        change(subscription, by)
    assert asked() == ["subscriptions.update"]


@pytest.mark.parametrize("metered", [False, True])
def test_with_no_item_that_has_a_plan(subscription: Subscription, by: Actor, metered: bool) -> None:
    subscription.items.all().delete()
    if metered:
        SubscriptionItemFactory(subscription=subscription, price__usage_type="metered", quantity=None)
    with pytest.raises(CannotChangePlan, match="no item with a plan") as refusal:
        change(subscription, by)
    assert refusal.value.code == "no_item"
    assert nothing_happened()
