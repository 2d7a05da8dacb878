"""What is promised with a plan, as sold and as counted; and that each page leads to whose it is."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests import factories
from tests.admin.reading import facts, heading_of, lines, links, rows_of, viewer, words

READER = viewer()
EVERYTHING = SimpleNamespace(is_active=True, has_perm=lambda name: True)
KNOWING = viewer(EVERYTHING)  # type: ignore[arg-type]
DAY = timedelta(days=1)
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def line(row: Any) -> dict[str, str]:
    return facts(heading_of(row, READER).line)


def notices(row: Any) -> list[tuple[str, str]]:
    return [(notice.tone, words(notice.text)) for notice in heading_of(row, READER).notices]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "In the public catalog"),
        ({"public": False}, "On sale, not public"),
        ({"active": False}, "Not on sale"),
        ({"active": False, "public": False}, "Not on sale"),
    ],
)
def test_how_a_plan_is_offered(db: None, fields: dict[str, Any], expected: str) -> None:
    assert line(factories.PlanFactory(**fields))["Offer"] == expected


def test_a_plans_features_and_limits(db: None) -> None:
    plan = factories.PlanFactory()
    for code, meter, limit in (("a", "", None), ("b", "calls", None), ("c", "calls", "1000.500"), ("d", "calls", 0)):
        feature = factories.FeatureFactory(code=code, name=code.upper(), meter_code=meter)
        factories.PlanFeatureFactory(plan=plan, feature=feature, limit=limit)
    assert lines(rows_of(plan, "Features and limits", READER).table) == [
        ["A", "Included"],
        ["B", "Unlimited"],
        ["C", "1,000.5"],
        ["D", "0"],
    ]


def test_a_plans_prices_with_those_off_sale_last(db: None) -> None:
    plan = factories.PlanFactory(code="a&b")
    for fields in (
        {"active": False},
        {"interval": "year", "unit_amount": 29000},
        {"nickname": "Partner", "currency": "eur"},
    ):
        factories.PriceFactory(plan=plan, **fields)
    cells = [line[:3] for line in lines(rows_of(plan, "Prices", READER).table)]
    assert cells == [
        ["Partner", "€29.00 a month", "Yes"],
        ["Yearly", "$290.00 a year", "Yes"],
        ["Monthly", "$29.00 a month", "No"],
    ]
    address = links(dict(heading_of(plan, READER).line)["Subscriptions"])
    assert address == ["/admin/billing/subscription/?plan=a%26b&view=active"]


@pytest.mark.parametrize("factory", [factories.SubscriptionFactory, factories.InvoiceFactory, factories.PaymentFactory])
def test_each_page_leads_to_its_customer_for_those_who_may(db: None, factory: Any) -> None:
    row = factory()
    address = f"/admin/billing/organization/{row.organization_id}/change/"
    assert links(heading_of(row, KNOWING).whose) == [address]
    assert links(heading_of(row, READER).whose) == []
    assert words(heading_of(row, READER).whose) == row.organization.name
