"""What somebody pays for and until when; a verb that is not possible says why, so that nobody tries at Stripe."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from billing.models import Subscription
from tests import factories
from tests.admin.reading import details_of, facts, heading_of, viewer, words
from tests.admin.scene import NOW

READER = viewer()
EVERYTHING = SimpleNamespace(is_active=True, has_perm=lambda name: True)
KNOWING = viewer(EVERYTHING)  # type: ignore[arg-type]
DAY = timedelta(days=1)
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def line(row: Any) -> dict[str, str]:
    return facts(heading_of(row, READER).line)


def notices(row: Any) -> list[tuple[str, str]]:
    return [(notice.tone, words(notice.text)) for notice in heading_of(row, READER).notices]


def subscription(**fields: Any) -> Subscription:
    usual = {"current_period_start": START, "current_period_end": END}
    row: Subscription = factories.SubscriptionFactory(**{**usual, **fields})
    return row


def test_a_subscription_is_called_by_its_plan_and_customer(db: None) -> None:
    row = subscription(organization=factories.OrganizationFactory(name="Acme"))
    plan = factories.PlanFactory(name="Premium")
    factories.SubscriptionItemFactory(subscription=row, price=factories.PriceFactory(plan=plan), quantity=3)
    assert heading_of(row, READER).title == "Premium × 3 · Acme"
    assert line(row) == {
        "Price": "$87.00 a month",
        "Period": "1–30 Nov 2026",
        "Of the period": "65.1 % gone",
    }


def test_several_items_have_no_price_in_one_figure(db: None) -> None:
    row = subscription()
    factories.SubscriptionItemFactory.create_batch(2, subscription=row)
    assert line(row)["Price"] == "– none"


@pytest.mark.parametrize(
    ("price", "quantity", "expected"),
    [
        ({"unit_amount": 2900}, 0, "$0.00 a month"),
        ({"unit_amount": 2900}, None, "$29.00 a month"),
        ({"unit_amount": 2900, "interval": "year"}, 2, "$58.00 a year"),
        ({"unit_amount": 2900, "interval_count": 3}, 1, "$29.00 every 3 months"),
        ({"unit_amount": 2900, "interval": ""}, 1, "$29.00 once"),
        ({"unit_amount": None}, 1, "– none"),
        ({"usage_type": "metered"}, None, "– none"),
    ],
)
def test_what_an_item_charges(db: None, price: dict[str, Any], quantity: int | None, expected: str) -> None:
    row = subscription()
    factories.SubscriptionItemFactory(subscription=row, price=factories.PriceFactory(**price), quantity=quantity)
    assert line(row)["Price"] == expected


@pytest.mark.parametrize(("quantity", "suffix"), [(0, " × 0"), (1, ""), (None, ""), (12, " × 12")])
def test_a_quantity_that_is_not_one_is_written(db: None, quantity: int | None, suffix: str) -> None:
    row = subscription(organization=factories.OrganizationFactory(name="Acme"))
    price = factories.PriceFactory(plan=factories.PlanFactory(name="Pro"))
    factories.SubscriptionItemFactory(subscription=row, price=price, quantity=quantity)
    assert heading_of(row, READER).title == f"Pro{suffix} · Acme"


@pytest.mark.parametrize("end", [None, NOW, NOW - DAY])
def test_a_period_that_is_not_running_has_no_share(db: None, end: datetime | None) -> None:
    assert "Of the period" not in line(subscription(current_period_end=end))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"status": "past_due"}, [("care", "The last invoice is not paid.")]),
        ({"status": "unpaid"}, [("care", "The last invoice is not paid.")]),
        ({"current_period_end": NOW - DAY, "cancel_at_period_end": True}, []),
        ({"current_period_end": NOW - DAY, "status": "canceled"}, []),
    ],
)
def test_a_subscriptions_troubles(db: None, fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert notices(subscription(**fields)) == expected


def test_a_subscription_that_nothing_bills_is_loud(db: None) -> None:
    [(tone, text)] = notices(subscription(current_period_end=NOW - timedelta(seconds=1)))
    assert tone == "bad"
    assert "nothing bills this subscription" in text


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", ["", ""]),
        ("trialing", ["", ""]),
        ("past_due", ["", ""]),
        ("unpaid", ["not possible while the subscription is unpaid", ""]),
        ("paused", ["not possible while the subscription is paused", ""]),
        ("canceled", ["not possible while the subscription is cancelled", "it has ended already"]),
    ],
)
def test_verbs_say_why_they_are_not_there(db: None, status: str, expected: list[str]) -> None:
    verbs = heading_of(subscription(status=status), KNOWING).verbs
    assert [verb.why_not for verb in verbs] == expected
    assert [bool(verb.href) for verb in verbs] == [not why for why in expected]


def test_who_may_not_act_is_offered_nothing(db: None) -> None:
    assert heading_of(subscription(), READER).verbs == []


def test_dates_of_a_subscription_are_in_its_zone(db: None) -> None:
    owner = factories.OrganizationFactory(time_zone="Asia/Tokyo")
    row = subscription(organization=owner, trial_end=datetime(2026, 11, 30, 20, tzinfo=UTC))
    details = details_of(row, READER)
    assert details["Trial ends"] == "1 Dec 2026 (JST)"
    assert details["Ended"] == "– none"
    assert details["Stripe’s word for the state"] == "active"
    assert details["Collection"] == "Charge automatically"
