"""Most organizations have one subscription and need not name it; with several, guessing would change the wrong one."""

from datetime import timedelta
from typing import Any

import pytest

from billing.domain.states import ENDED, LIVE, SERVED, SubscriptionStatus
from billing.models import Organization
from billing.queries.subscriptions import (
    NoSubscription,
    SubscriptionAmbiguous,
    active_count,
    plan_of,
    the_subscription,
)
from tests.factories import START, OrganizationFactory, PriceFactory, SubscriptionFactory, SubscriptionItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


def subscription(organization: Organization, stripe_id: str = "sub_1", **given: Any) -> Any:
    return SubscriptionFactory(organization=organization, stripe_id=stripe_id, **given)


@pytest.mark.parametrize("status", sorted(LIVE))
def test_the_only_live_one_need_not_be_named(organization: Organization, status: str) -> None:
    subscription(organization, status=status)
    assert the_subscription(organization.pk).stripe_id == "sub_1"


@pytest.mark.parametrize("status", sorted(ENDED))
def test_one_that_ended_is_not_meant_unless_it_is_named(organization: Organization, status: str) -> None:
    subscription(organization, status=status)
    with pytest.raises(NoSubscription, match=r"^There is no subscription\.$"):
        the_subscription(organization.pk)
    assert the_subscription(organization.pk, "sub_1").status == status


def test_ended_ones_make_the_live_one_no_less_clear(organization: Organization) -> None:
    subscription(organization, "sub_old", status="canceled", stripe_created_at=START + timedelta(days=9))
    subscription(organization, "sub_live")
    assert the_subscription(organization.pk).stripe_id == "sub_live"


def test_of_several_one_has_to_be_named(organization: Organization) -> None:
    subscription(organization, "sub_1")
    subscription(organization, "sub_2", status="paused")
    with pytest.raises(SubscriptionAmbiguous, match=r"name one with \?subscription="):
        the_subscription(organization.pk)
    assert the_subscription(organization.pk, "sub_2").stripe_id == "sub_2"


def test_anothers_subscription_does_not_exist(organization: Organization) -> None:
    """Said with the words for one that was never there, so that ids cannot be tried out."""
    subscription(OrganizationFactory(), "sub_theirs")
    with pytest.raises(NoSubscription, match=r"^There is no subscription sub_theirs\.$"):
        the_subscription(organization.pk, "sub_theirs")
    with pytest.raises(NoSubscription, match=r"^There is no subscription sub_never\.$"):
        the_subscription(organization.pk, "sub_never")
    with pytest.raises(NoSubscription):
        the_subscription(organization.pk)


@pytest.mark.parametrize(
    ("error", "code"), [(NoSubscription, "no_subscription"), (SubscriptionAmbiguous, "subscription_ambiguous")]
)
def test_the_codes_are_stable_and_both_are_failed_lookups(error: Any, code: str) -> None:
    assert error.code == code
    assert issubclass(error, LookupError)


def test_items_prices_and_plans_come_along(organization: Organization, django_assert_num_queries: Any) -> None:
    one = subscription(organization)
    SubscriptionItemFactory.create_batch(3, subscription=one)
    found = the_subscription(organization.pk)
    with django_assert_num_queries(0):
        assert found.organization == organization
        assert len({item.price.plan.code for item in found.items.all()}) == 3
        assert plan_of(found) is not None


def test_the_plan_is_that_of_the_first_item(organization: Organization) -> None:
    one = subscription(organization)
    second = SubscriptionItemFactory(subscription=one, position=1)
    first = SubscriptionItemFactory(subscription=one, position=0)
    found = the_subscription(organization.pk)
    assert plan_of(found) == first.price.plan
    assert plan_of(found) != second.price.plan


def test_an_item_whose_price_or_product_has_not_arrived_is_passed_over(organization: Organization) -> None:
    one = subscription(organization)
    SubscriptionItemFactory(subscription=one, position=0, price=None, price_id="price_later")
    orphan = PriceFactory(plan=None, plan_id="prod_later")
    SubscriptionItemFactory(subscription=one, position=1, price=orphan)
    known = SubscriptionItemFactory(subscription=one, position=2)
    assert plan_of(the_subscription(organization.pk)) == known.price.plan


@pytest.mark.parametrize("items", [0, 1])
def test_a_subscription_of_unknown_prices_has_no_plan(organization: Organization, items: int) -> None:
    one = subscription(organization)
    for _ in range(items):
        SubscriptionItemFactory(subscription=one, price=None, price_id="price_later")
    assert plan_of(the_subscription(organization.pk)) is None


def test_those_that_are_served_are_counted() -> None:
    for status in SubscriptionStatus:
        SubscriptionFactory(status=status)
    assert active_count() == len(SERVED) == 3
