from datetime import UTC, datetime

import pytest

from billing.checks.catalog import check_plans_have_prices
from billing.models import Plan, Price

pytestmark = pytest.mark.django_db


def plan(code: str, **fields: object) -> Plan:
    return Plan.objects.create(code=code, name=code, stripe_product_id=f"prod_{code}", public=True, **fields)


def price(of: Plan, *, active: bool) -> Price:
    return Price.objects.create(
        stripe_id=f"price_{of.code}_{active}",
        plan=of,
        active=active,
        currency="usd",
        unit_amount=2900,
        interval="month",
        stripe_created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def found() -> list[str]:
    return [message.obj.code for message in check_plans_have_prices(databases=["default"])]


def test_a_plan_with_an_active_price_is_fine():
    price(plan("pro"), active=True)
    assert found() == []


def test_a_plan_without_one_or_with_an_archived_one_is_found():
    plan("bare")
    price(plan("old"), active=False)
    assert found() == ["bare", "old"]


def test_what_is_not_on_offer_needs_none():
    Plan.objects.create(code="internal", name="Internal", stripe_product_id="prod_i", public=False)
    plan("archived", active=False)
    assert found() == []


def test_without_a_database_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(check_plans_have_prices(databases=None)) == []
