"""The usage pages are judged by these numbers: plausible against the plan, complete, and never counted twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing.models import Feature, Organization, PlanFeature
from deploy.demo.act import address
from deploy.demo.consumption import DAYS, PER_DAY, SOURCE, consume
from tests.factories import (
    FeatureFactory,
    OrganizationFactory,
    PlanFactory,
    PriceFactory,
    SubscriptionFactory,
    SubscriptionItemFactory,
)
from usage.models.meter import Meter
from usage.models.usage_event import UsageEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 15, 20, tzinfo=UTC)
ALL = DAYS * PER_DAY


@pytest.fixture
def feature() -> Feature:
    return FeatureFactory(code="api_calls", meter_code="api_calls")


def customer(number: int, feature: Feature, limit: int | None = 9000, status: str = "active") -> Organization:
    organization = OrganizationFactory(email=address(number))
    plan = PlanFactory()
    PlanFeature.objects.create(plan=plan, feature=feature, limit=limit)
    subscription = SubscriptionFactory(organization=organization, status=status)
    SubscriptionItemFactory(subscription=subscription, price=PriceFactory(plan=plan))
    return organization


def used(organization: Organization) -> list[Decimal]:
    return list(UsageEvent.objects.filter(organization=organization).values_list("value", flat=True))


def test_each_day_of_the_last_weeks_has_its_events(feature: Feature):
    organization = customer(0, feature)
    assert consume(now=NOW) == ALL
    times = UsageEvent.objects.filter(organization=organization).values_list("time", flat=True)
    assert len(times) == ALL
    assert all(NOW - timedelta(days=35) < time <= NOW for time in times)
    assert set(UsageEvent.objects.values_list("source", flat=True)) == {SOURCE}


@pytest.mark.parametrize("hour", [0, 8, 16, 23])
@pytest.mark.parametrize("minute", [0, 30, 59])
def test_at_whatever_time_it_is_made(feature: Feature, hour: int, minute: int):
    """Events have ids of their day: two of one day would be one event, and the other lost."""
    customer(0, feature)
    assert consume(now=NOW.replace(hour=hour, minute=minute)) == ALL


@pytest.mark.parametrize("limit", [9000, 900_000])
def test_the_first_customer_uses_two_fifths_a_month(feature: Feature, limit: int):
    organization = customer(0, feature, limit)
    consume(now=NOW)
    assert sum(used(organization)[: 30 * PER_DAY]) == pytest.approx(Decimal("0.4") * limit, rel=Decimal("0.01"))


def test_all_stay_below_six_fifths(feature: Feature):
    customers = [customer(number, feature) for number in range(8)]
    consume(now=NOW)
    for organization in customers:
        assert Decimal(1700) <= sum(used(organization)[: 30 * PER_DAY]) <= Decimal("1.2") * 9000


def test_without_a_limit_it_is_still_something(feature: Feature):
    organization = customer(0, feature, None)
    consume(now=NOW)
    assert sum(used(organization)) > 1000


def test_with_a_tiny_limit_each_event_counts_one(feature: Feature):
    organization = customer(1, feature, 1)
    consume(now=NOW)
    assert set(used(organization)) == {Decimal(1)}


@pytest.mark.parametrize("status", ["canceled", "incomplete", "incomplete_expired"])
def test_who_is_not_served_uses_nothing(feature: Feature, status: str):
    organization = customer(1, feature, status=status)
    assert consume(now=NOW) == 0
    assert used(organization) == []


def test_nobody_uses_nothing_and_the_meter_is_made():
    assert consume(now=NOW) == 0
    assert Meter.objects.get(code="api_calls").event_type == "api.call"


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=7)])
def test_again_the_same_events_count_once(feature: Feature, later: timedelta):
    organization = customer(0, feature)
    consume(now=NOW)
    before = used(organization)
    assert consume(now=NOW + later) == 0
    assert used(organization) == before


def test_a_seed_gives_the_same_numbers(feature: Feature):
    first, second = customer(1, feature), customer(2, feature)
    consume(now=NOW)
    assert len(set(used(first))) == 1
    assert len(used(first)) == len(used(second)) == ALL
