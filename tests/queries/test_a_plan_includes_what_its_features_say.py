"""Limits are read on every metered request: they must be those of what is served now, and never too small."""

from decimal import Decimal
from typing import Any

import pytest

from billing.domain.states import SERVED, SubscriptionStatus
from billing.models import Organization, Plan
from billing.queries.plans import limits_of, public_catalog
from tests.factories import (
    FeatureFactory,
    OrganizationFactory,
    PlanFactory,
    PlanFeatureFactory,
    PriceFactory,
    SubscriptionFactory,
    SubscriptionItemFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


def plan(**limits: Any) -> Plan:
    """A plan that includes these quantities, by meter."""
    made = PlanFactory()
    for meter, limit in limits.items():
        PlanFeatureFactory(plan=made, feature=FeatureFactory(meter_code=meter), limit=limit)
    return made


def subscribe(organization: Organization, *plans: Plan, status: str = "active") -> None:
    one = SubscriptionFactory(organization=organization, status=status)
    for each in plans:
        SubscriptionItemFactory(subscription=one, price=PriceFactory(plan=each))


def test_each_meter_has_the_limit_of_the_plan(organization: Organization) -> None:
    subscribe(organization, plan(calls=1000, storage=Decimal("0.5"), seats=None, exports=0))
    assert limits_of(organization.pk) == {
        "calls": Decimal(1000),
        "storage": Decimal("0.5"),
        "seats": None,
        "exports": Decimal(0),
    }


@pytest.mark.parametrize("status", list(SubscriptionStatus))
def test_only_what_is_served_grants_anything(organization: Organization, status: str) -> None:
    subscribe(organization, plan(calls=10), status=status)
    assert bool(limits_of(organization.pk)) is (status in SERVED)


def test_without_a_subscription_nothing_is_included(organization: Organization) -> None:
    plan(calls=10)
    assert limits_of(organization.pk) == {}


def test_a_feature_without_a_meter_limits_nothing(organization: Organization) -> None:
    granted = plan(calls=10)
    PlanFeatureFactory(plan=granted, feature=FeatureFactory(meter_code=""), limit=5)
    subscribe(organization, granted)
    assert limits_of(organization.pk) == {"calls": Decimal(10)}


MOST_GENEROUS = [
    ((10, 20), Decimal(20)),
    ((20, 10), Decimal(20)),
    ((10, 10), Decimal(10)),
    ((None, 10), None),
    ((10, None), None),
    ((None, None), None),
    ((0, 1), Decimal(1)),
    ((5, None, 7), None),
    ((3, 9, 7), Decimal(9)),
]


@pytest.mark.parametrize(("limits", "expected"), MOST_GENEROUS)
@pytest.mark.parametrize("one_subscription", [True, False])
def test_of_several_plans_the_most_generous_counts(
    organization: Organization, limits: tuple[Any, ...], expected: Any, one_subscription: bool
) -> None:
    plans = [plan(calls=limit) for limit in limits]
    if one_subscription:
        subscribe(organization, *plans)
    else:
        for each in plans:
            subscribe(organization, each)
    assert limits_of(organization.pk) == {"calls": expected}


def test_an_ended_subscription_adds_nothing_to_one_that_is_served(organization: Organization) -> None:
    subscribe(organization, plan(calls=10))
    subscribe(organization, plan(calls=None, exports=5), status="canceled")
    assert limits_of(organization.pk) == {"calls": Decimal(10)}


def test_what_others_pay_for_is_not_included(organization: Organization) -> None:
    subscribe(OrganizationFactory(), plan(calls=10))
    assert limits_of(organization.pk) == {}


def test_limits_are_one_query(organization: Organization, django_assert_num_queries: Any) -> None:
    subscribe(organization, plan(calls=1, storage=2), plan(calls=3))
    with django_assert_num_queries(1):
        limits_of(organization.pk)


def test_the_catalog_has_what_is_on_offer_in_our_order() -> None:
    PlanFactory(code="c", position=2)
    PlanFactory(code="b", position=1)
    PlanFactory(code="a", position=1)
    PlanFactory(code="withdrawn", active=False)
    PlanFactory(code="private", public=False)
    assert [one.code for one in public_catalog()] == ["a", "b", "c"]


def test_it_has_the_prices_that_can_be_subscribed_to_cheapest_first() -> None:
    one = PlanFactory()
    for stripe_id, given in {
        "year": {"interval": "year", "unit_amount": 100},
        "dear": {"unit_amount": 900},
        "cheap": {"unit_amount": 100},
        "euro": {"currency": "eur", "unit_amount": 9999},
        "withdrawn": {"active": False},
        "once": {"interval": ""},
    }.items():
        PriceFactory(plan=one, stripe_id=stripe_id, **given)
    PriceFactory(stripe_id="another plan's", plan=PlanFactory(public=False))
    (shown,) = public_catalog()
    assert [price.stripe_id for price in shown.prices.all()] == ["euro", "cheap", "dear", "year"]


def test_it_has_the_features_by_code() -> None:
    one = PlanFactory()
    for code in ("sso", "audit", "calls"):
        PlanFeatureFactory(plan=one, feature=FeatureFactory(code=code))
    (shown,) = public_catalog()
    assert [granted.feature.code for granted in shown.plan_features.all()] == ["audit", "calls", "sso"]


@pytest.mark.parametrize("size", [0, 1, 12])
def test_its_size_does_not_change_the_number_of_queries(size: int, django_assert_max_num_queries: Any) -> None:
    for _ in range(size):
        one = PlanFactory()
        PriceFactory.create_batch(2, plan=one)
        PlanFeatureFactory(plan=one)
    with django_assert_max_num_queries(3):
        shown = public_catalog()
        assert sum(len(one.prices.all()) for one in shown) == 2 * size
        assert all(granted.feature.code for one in shown for granted in one.plan_features.all())
