"""Who cannot subscribe learns why and what to do; neither the log nor Stripe is told of it.

No Stripe runs here: where a refusal failed to come, the command would stay open, and the test would see it.
"""

from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor
from billing.domain.states import ENDED, LIVE
from billing.models import Organization, Plan, StripeCommand
from billing.services import subscriptions
from billing.services.errors import OutcomeUnknown
from billing.services.prices import UnknownPlan
from billing.services.subscriptions import CannotSubscribe
from tests.factories import (
    OrganizationFactory,
    PlanFactory,
    PriceFactory,
    SubscriptionFactory,
    SubscriptionItemFactory,
)
from tests.services.one_account import asked, nothing_happened

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    plan = PlanFactory(code="professional", name="Professional")
    for interval in ("month", "year"):
        PriceFactory(plan=plan, interval=interval, stripe_id=f"price_{interval}")
    return plan


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


def start(organization: Organization, by: Actor, **choices: Any) -> None:
    subscriptions.start(organization=organization, plan_code="professional", by=by, **choices)


def subscribed(organization: Organization, plan: Plan, status: str, interval: str = "month") -> None:
    subscription = SubscriptionFactory(organization=organization, status=status)
    SubscriptionItemFactory(subscription=subscription, price=plan.prices.get(interval=interval))


@pytest.mark.parametrize(
    ("state", "choices", "code", "detail"),
    [
        ({"stripe_customer_id": None}, {}, "no_customer", "try again in a minute"),
        ({"deleted_at": timezone.now()}, {}, "organization_deleted", "was deleted in Stripe"),
        ({"erased_at": timezone.now()}, {}, "organization_erased", "was erased"),
        ({}, {"quantity": 0}, "invalid_quantity", "at least 1"),
        ({}, {"quantity": -5}, "invalid_quantity", "at least 1"),
    ],
)
def test_by_its_organization_or_quantity(
    plan: Plan, by: Actor, state: dict[str, Any], choices: dict[str, Any], code: str, detail: str
) -> None:
    with pytest.raises(CannotSubscribe, match=detail) as refusal:
        start(OrganizationFactory(**state), by, **choices)
    assert (refusal.value.code, refusal.value.status) == (code, 409)
    assert nothing_happened()


@pytest.mark.parametrize("given", [{"payment_method": "pm_card_visa"}, {"trial_days": 14}])
def test_a_card_is_not_even_attached(organization: Organization, plan: Plan, by: Actor, given: Any) -> None:
    subscribed(organization, plan, "active")
    with pytest.raises(CannotSubscribe):
        start(organization, by, **given)
    assert nothing_happened()


@pytest.mark.parametrize("status", sorted(LIVE))
@pytest.mark.parametrize("interval", ["month", "year"])
def test_a_live_subscription_to_the_plan_is_in_the_way(
    organization: Organization, plan: Plan, by: Actor, status: str, interval: str
) -> None:
    subscribed(organization, plan, status, interval)
    with pytest.raises(CannotSubscribe, match="live subscription to Professional; change or cancel") as refusal:
        start(organization, by)
    assert refusal.value.code == "already_subscribed"
    assert nothing_happened()


@pytest.mark.parametrize("status", sorted(ENDED))
def test_one_that_has_ended_is_not(organization: Organization, plan: Plan, by: Actor, status: str) -> None:
    subscribed(organization, plan, status)
    with pytest.raises(OutcomeUnknown):
        start(organization, by)
    assert asked() == ["subscriptions.create"]


def test_neither_is_somebody_elses(organization: Organization, plan: Plan, by: Actor) -> None:
    subscribed(OrganizationFactory(), plan, "active")
    with pytest.raises(OutcomeUnknown):
        start(organization, by)
    assert asked() == ["subscriptions.create"]


def test_nor_one_to_another_plan(organization: Organization, plan: Plan, by: Actor) -> None:
    SubscriptionItemFactory(subscription=SubscriptionFactory(organization=organization))
    with pytest.raises(OutcomeUnknown):
        start(organization, by)
    assert asked() == ["subscriptions.create"]


def asked_before(organization: Organization, status: str, price: str) -> None:
    StripeCommand.objects.create(
        organization=organization,
        operation="subscriptions.create",
        parameters={"items": [{"price": price, "quantity": 1}]},
        idempotency_key=f"{status}{price}",
        status=status,
        actor_kind="user",
        actor_id="1",
    )


@pytest.mark.parametrize("status", ["pending", "unknown"])
@pytest.mark.parametrize("price", ["price_month", "price_year"])
def test_while_a_start_of_the_plan_has_no_answer_there_is_no_second(
    organization: Organization, plan: Plan, by: Actor, status: str, price: str
) -> None:
    """Whatever its price: both could come true, and the plan would be paid twice."""
    asked_before(organization, status, price)
    with pytest.raises(CannotSubscribe) as refusal:
        start(organization, by)
    assert refusal.value.code == "already_subscribed"
    assert asked() == ["subscriptions.create"]


@pytest.mark.parametrize(
    ("status", "price"), [("done", "price_month"), ("failed", "price_month"), ("unknown", "price_elsewhere")]
)
def test_answered_starts_and_those_of_other_plans_are_not_in_the_way(
    organization: Organization, plan: Plan, by: Actor, status: str, price: str
) -> None:
    asked_before(organization, status, price)
    with pytest.raises(OutcomeUnknown):
        start(organization, by)
    assert asked() == ["subscriptions.create"] * 2


@pytest.mark.parametrize("choices", [{"interval": "week"}, {"interval": ""}])
def test_an_interval_that_is_not_sold_is_told(organization: Organization, plan: Plan, by: Actor, choices: Any) -> None:
    with pytest.raises(UnknownPlan):
        start(organization, by, **choices)
    assert nothing_happened()


def test_the_currency_is_the_organizations(plan: Plan, by: Actor) -> None:
    with pytest.raises(UnknownPlan, match="no price per month in EUR"):
        start(OrganizationFactory(currency="eur"), by)
    assert nothing_happened()
