"""The panel is what a person decides by: in a trial, in arrears, in another zone or currency it has to say what will
really happen, and what it says of revenue has to be what the report will say."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from billing.admin.cancel import CancelView
from billing.admin.effects import NO_CHANGE
from billing.models import Price, Subscription
from tests import factories
from tests.admin.addresses import verb_of
from tests.admin.reading import facts, viewer
from tests.admin.subscribed import subscribed

READER = viewer()


def cancelling(subscription: Subscription, at: str = "") -> CancelView:
    view = CancelView()
    view.target, view.viewer = subscription, READER
    view.request = SimpleNamespace(GET={"at": at})  # type: ignore[assignment]
    return view


def told(subscription: Subscription, at: str = "") -> dict[str, str]:
    return facts((row.label, row.value) for row in cancelling(subscription, at).effect().rows)


def ways(subscription: Subscription) -> list[str]:
    return [way for way, _title, _current in cancelling(subscription).choices()["ways"]]


def test_at_the_end_of_the_period_all_stays_until_then(db: None) -> None:
    assert told(subscribed(), "period_end") == {
        "Customer pays or gets now": NO_CHANGE,
        "Invoice or balance": NO_CHANGE,
        "Next invoice": "none any more",
        "Tax": NO_CHANGE,
        "MRR, before discounts": "−$79.00, churn, on 30 Nov 2026 (UTC)",
        "Access and limits": "stays as it is until 30 Nov 2026 (UTC), then ends",
        "Mails that go out": NO_CHANGE,
        "Can be undone": "until 30 Nov 2026 (UTC), at Stripe",
    }


def test_at_once_all_ends_and_nothing_is_given_back(db: None) -> None:
    effect = told(subscribed(), "now")
    assert effect["Access and limits"] == "ends at once; time already paid is not given back"
    assert effect["MRR, before discounts"] == "−$79.00, churn, today"
    assert effect["Can be undone"] == "no; a new subscription has to be started"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", "30 Nov 2026 (UTC)"), ("Europe/Berlin", "1 Dec 2026 (CET)"), ("America/New_York", "30 Nov 2026 (EST)")],
)
def test_the_end_is_in_the_organizations_zone(db: None, zone: str, expected: str) -> None:
    subscription = subscribed(zone=zone)
    assert expected in told(subscription)["Access and limits"]
    assert cancelling(subscription).choices()["button"] == f"Cancel on {expected}"
    assert cancelling(subscription).done_words() == f"The subscription ends on {expected}."


def test_a_subscription_without_a_period_names_no_date(db: None) -> None:
    assert "the period's end" in told(subscribed(current_period_end=None))["Access and limits"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["period_end", "now"]),
        ({"status": "trialing"}, ["period_end", "now"]),
        ({"status": "past_due"}, ["period_end", "now"]),
        ({"cancel_at_period_end": True}, ["now"]),
        ({"status": "unpaid"}, ["now"]),
        ({"status": "paused"}, ["now"]),
        ({"status": "incomplete"}, ["now"]),
    ],
)
def test_each_state_has_its_ways(db: None, fields: dict[str, Any], expected: list[str]) -> None:
    assert ways(subscribed(**fields)) == expected


@pytest.mark.parametrize("wanted", ["", "nonsense", "period_end"])
def test_the_gentlest_way_is_offered_first(db: None, wanted: str) -> None:
    assert cancelling(subscribed(), wanted).at == "period_end"
    assert cancelling(subscribed(status="unpaid"), wanted).at == "now"


@pytest.mark.parametrize(
    ("prices", "quantity", "expected"),
    [
        ([{"unit_amount": 7900}], 3, "−$237.00"),
        ([{"unit_amount": 12000, "interval": "year"}], 1, "−$10.00"),
        ([{"unit_amount": 1000, "interval": "year"}], 1, "−$0.83"),
        ([{"unit_amount": 3000, "interval_count": 3}], 1, "−$10.00"),
        ([{"unit_amount": 7900}, {"unit_amount": 100}], 1, "−$80.00"),
        ([{"unit_amount": 7900}, {"unit_amount": 5, "usage_type": "metered"}], 1, "−$79.00"),
        ([{"unit_amount": 7900}, {"unit_amount": None, "billing_scheme": "tiered"}], 1, "−$79.00"),
        ([{"unit_amount": 7900}], None, "−$79.00"),
    ],
)
def test_the_months_share_of_all_items_is_lost(
    db: None, prices: list[dict[str, Any]], quantity: int | None, expected: str
) -> None:
    assert told(subscribed(*prices, quantity=quantity), "now")["MRR, before discounts"] == f"{expected}, churn, today"


@pytest.mark.parametrize(("currency", "expected"), [("jpy", "−¥7,900"), ("kwd", "−KWD 7.900"), ("eur", "−€79.00")])
def test_revenue_is_in_the_subscriptions_currency(db: None, currency: str, expected: str) -> None:
    subscription = subscribed({"unit_amount": 7900, "currency": currency}, currency=currency)
    assert told(subscription, "now")["MRR, before discounts"] == f"{expected}, churn, today"


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "trialing"},
        {"status": "unpaid"},
        {"status": "paused"},
        {"status": "incomplete"},
        {"pause_behavior": "void"},
    ],
)
def test_what_earns_nothing_is_no_churn(db: None, fields: dict[str, Any]) -> None:
    """The report counts neither trials nor what is not collected, so ending them takes nothing from it."""
    assert told(subscribed(**fields), "now")["MRR, before discounts"] == NO_CHANGE


def test_a_free_plan_is_no_churn(db: None) -> None:
    assert told(subscribed({"unit_amount": 0}), "now")["MRR, before discounts"] == NO_CHANGE


def test_what_is_owed_stays_owed(db: None) -> None:
    subscription = subscribed(status="past_due")
    for number, (status, currency) in enumerate([("open", "usd"), ("open", "jpy"), ("paid", "usd"), ("draft", "usd")]):
        factories.InvoiceFactory(
            subscription=subscription, number=f"N-{number}", status=status, currency=currency, amount_remaining=4200
        )
    factories.InvoiceFactory(number="OTHER", status="open", amount_remaining=1)
    assert told(subscription, "now")["Invoice or balance"] == "stays due: N-0 $42.00, N-1 ¥4,200"


def test_it_looks_the_same_from_outside(admin: Client, db: None) -> None:
    page = admin.get(verb_of(subscribed(), "cancel") + "?at=now").content.decode()
    assert "−$79.00, churn, today" in page
    assert page.count('<div class="ch-quiet"><dt>') == 4


def test_what_ended_cannot_be_cancelled(admin: Client, db: None) -> None:
    for status in ("canceled", "incomplete_expired"):
        answer = admin.get(verb_of(subscribed(status=status), "cancel"))
        assert answer.status_code == 409
        assert "The subscription has ended already." in answer.content.decode()


@pytest.mark.parametrize(
    ("prices", "fields", "why"),
    [
        ([{}], {"status": "unpaid"}, "the subscription is not active"),
        ([{}], {"status": "incomplete"}, "the subscription is not active"),
        ([{}], {"status": "canceled"}, "the subscription is not active"),
        ([{}, {}], {}, "several items"),
    ],
)
def test_a_plan_that_cannot_be_changed_says_why(
    admin: Client, db: None, prices: list[dict[str, Any]], fields: dict[str, Any], why: str
) -> None:
    subscription = subscribed(*prices, **fields)
    for answer in (admin.get(verb_of(subscription, "change_plan")), admin.post(verb_of(subscription, "change_plan"))):
        assert answer.status_code == 409
        assert why in answer.content.decode()


def test_metered_items_follow_their_plan(admin: Client, db: None) -> None:
    subscription = subscribed({"unit_amount": 7900}, {"usage_type": "metered"})
    assert admin.get(verb_of(subscription, "change_plan")).status_code == 200


@pytest.mark.parametrize("missing", ["price", "plan"])
def test_a_price_that_has_not_arrived_is_waited_for(admin: Client, db: None, missing: str) -> None:
    subscription = subscribed()
    price = Price.objects.get()
    (price if missing == "price" else price.plan).delete()
    answer = admin.get(verb_of(subscription, "change_plan"))
    assert answer.status_code == 409
    assert "has not arrived from Stripe yet" in answer.content.decode()
    assert admin.get(verb_of(subscription, "cancel")).status_code == 200
