"""Of several prices exactly one is taken by rule; where none fits, nothing is sold."""

from datetime import timedelta

import pytest

from billing.services.prices import UnknownPlan, price_of
from tests.factories import START, PlanFactory, PriceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory(code="professional")


@pytest.mark.parametrize(
    "fields",
    [
        {"active": False},
        {"interval": "year"},
        {"interval": ""},
        {"interval_count": 3},
        {"currency": "eur"},
        {"usage_type": "metered"},
    ],
)
def test_what_does_not_fit_is_not_taken(plan, fields):
    PriceFactory(plan=plan, **fields)
    with pytest.raises(UnknownPlan, match="'professional' has no price per month in USD") as refusal:
        price_of("professional", "month", "usd")
    assert (refusal.value.code, refusal.value.status) == ("unknown_plan", 422)


def test_nor_the_price_of_another_plan(plan):
    PriceFactory()
    with pytest.raises(UnknownPlan):
        price_of("professional", "month", "usd")


@pytest.mark.parametrize("code", ["platinum", "", "PROFESSIONAL", "professional ", "prof'; --"])
def test_a_plan_that_there_is_not(plan, code):
    PriceFactory(plan=plan)
    with pytest.raises(UnknownPlan, match=r"There is no plan .* on sale"):
        price_of(code, "month", "usd")


def test_a_plan_that_was_withdrawn(plan):
    PriceFactory(plan=plan)
    plan.active = False
    plan.save()
    with pytest.raises(UnknownPlan, match="no plan 'professional' on sale"):
        price_of("professional", "month", "usd")


def test_a_plan_outside_the_public_catalog_may_be_sold(plan):
    plan.public = False
    plan.save()
    price = PriceFactory(plan=plan)
    assert price_of("professional", "month", "usd") == price


def test_of_two_the_newest_is_taken_whatever_their_order_here(plan):
    newest = PriceFactory(plan=plan, stripe_created_at=START + timedelta(days=2))
    PriceFactory(plan=plan, stripe_created_at=START)
    assert price_of("professional", "month", "usd") == newest


def test_of_two_of_one_second_the_later_row_is_taken(plan):
    PriceFactory(plan=plan)
    later = PriceFactory(plan=plan)
    assert price_of("professional", "month", "usd") == later


def test_an_older_price_is_taken_when_the_newer_is_withdrawn(plan):
    older = PriceFactory(plan=plan)
    PriceFactory(plan=plan, stripe_created_at=START + timedelta(days=2), active=False)
    assert price_of("professional", "month", "usd") == older


@pytest.mark.parametrize(
    ("interval", "currency"), [("month", "usd"), ("month", "eur"), ("year", "usd"), ("year", "eur")]
)
def test_each_interval_and_currency_has_its_own(plan, interval, currency):
    made = {
        (each, money): PriceFactory(plan=plan, interval=each, currency=money)
        for each in ("month", "year")
        for money in ("usd", "eur")
    }
    assert price_of("professional", interval, currency) == made[interval, currency]


def test_a_free_plan_has_a_price_too(plan):
    free = PriceFactory(plan=plan, unit_amount=0)
    assert price_of("professional", "month", "usd") == free
