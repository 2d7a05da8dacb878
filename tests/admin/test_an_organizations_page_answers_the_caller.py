"""Support has the customer on the phone and this page before them: what is owed, what is wrong, who may do what."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from billing.models import PaymentMethod
from tests import factories
from tests.admin.reading import column, details_of, facts, heading_of, lines, links, rows_of, sections_of, viewer, words
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


def test_an_organization_owes_each_currency_by_itself(db: None) -> None:
    organization = factories.OrganizationFactory(balance=-500, time_zone="Asia/Tokyo")
    for currency, amount in (("usd", 100), ("usd", 200), ("jpy", 5000)):
        factories.InvoiceFactory(organization=organization, currency=currency, amount_remaining=amount, status="open")
    factories.InvoiceFactory(organization=organization, amount_remaining=9900, status="draft")
    assert line(organization)["Due"] == "¥5,000 $3.00"
    assert line(organization)["Credit"] == "$5.00"
    assert line(organization)["Local time"] == "22:02 JST"


def test_what_an_organization_owes_leads_to_its_open_invoices(db: None) -> None:
    organization = factories.OrganizationFactory()
    factories.InvoiceFactory(organization=organization, amount_remaining=100, status="open")
    due = dict(heading_of(organization, READER).line)["Due"]
    assert links(due) == [f"/admin/billing/invoice/?organization={organization.pk}&view=open"]


def test_a_debt_is_no_credit(db: None) -> None:
    assert line(factories.OrganizationFactory(balance=700))["Credit"] == "$0.00"
    assert line(factories.OrganizationFactory())["Due"] == "– none"


@pytest.mark.parametrize(
    ("fields", "status", "expected"),
    [
        ({}, "", []),
        ({"deleted_at": NOW}, "", ["This customer was deleted at Stripe."]),
        ({"delinquent": True}, "", ["A payment is overdue."]),
        ({"default_payment_method_id": "pm_1"}, "past_due", ["A payment is overdue."]),
        ({"default_payment_method_id": "pm_1"}, "unpaid", ["A payment is overdue."]),
        ({}, "active", ["There is no default payment method."]),
        ({}, "trialing", []),
        ({}, "past_due", ["A payment is overdue.", "There is no default payment method."]),
        (
            {"deleted_at": NOW, "delinquent": True},
            "active",
            [
                "This customer was deleted at Stripe.",
                "A payment is overdue.",
                "There is no default payment method.",
            ],
        ),
    ],
)
def test_an_organizations_troubles(db: None, fields: dict[str, Any], status: str, expected: list[str]) -> None:
    organization = factories.OrganizationFactory(**fields)
    if status:
        factories.SubscriptionFactory(organization=organization, status=status)
    assert [text for _tone, text in notices(organization)] == expected


def test_the_live_subscription_stands_for_the_organization(db: None) -> None:
    organization = factories.OrganizationFactory()
    factories.SubscriptionFactory(organization=organization, status="past_due", stripe_created_at=START)
    factories.SubscriptionFactory(organization=organization, status="canceled", stripe_created_at=END)
    state = heading_of(organization, READER).state
    assert state is not None
    assert state.word == "Past due"
    assert column(rows_of(organization, "Subscriptions", READER).table, "State") == ["! Past due", "– Cancelled"]


def test_an_organization_without_a_name_is_called_by_its_address(db: None) -> None:
    heading = heading_of(factories.OrganizationFactory(name="", email="a@example.com"), READER)
    assert (heading.title, heading.whose) == ("a@example.com", "")
    assert heading_of(factories.OrganizationFactory(name="A", email="a@example.com"), READER).whose == "a@example.com"


def test_an_empty_organization_says_so_section_by_section(db: None) -> None:
    found = sections_of(factories.OrganizationFactory(), READER)
    empty = {title: section.empty for title, section in found.items() if hasattr(section, "table")}
    assert empty == {
        "Subscriptions": "No subscription yet.",
        "Invoices": "No invoice yet.",
        "Payments": "No payment yet.",
        "Payment methods": "None on file.",
        "People": "Nobody signs in for this organization.",
        "API keys": "No API key.",
    }
    assert found["Timeline"].moments == []


def test_the_five_newest_invoices_and_a_way_to_all(db: None) -> None:
    organization = factories.OrganizationFactory()
    for number in range(7):
        factories.InvoiceFactory(organization=organization, number=f"N{number}", stripe_created_at=START + number * DAY)
    rows = rows_of(organization, "Invoices", READER)
    assert column(rows.table, "Number") == ["N6", "N5", "N4", "N3", "N2"]
    assert rows.more == f"/admin/billing/invoice/?organization={organization.pk}"


def test_the_card_in_use_is_told_and_removed_ones_are_gone(db: None) -> None:
    organization = factories.OrganizationFactory(default_payment_method_id="pm_2")
    for key, fields in (
        ("pm_1", {"type": "sepa_debit"}),
        (
            "pm_2",
            {"card_brand": "american_express", "card_last_four": "5", "card_exp_month": 1, "card_exp_year": 2031},
        ),
        ("pm_3", {"detached": True}),
    ):
        PaymentMethod.objects.create(
            **{"stripe_id": key, "organization": organization, "type": "card", "created_at": NOW, **fields}
        )
    found = sorted((cells[0], cells[1]) for cells in lines(rows_of(organization, "Payment methods", READER).table))
    assert found == [("American Express ···5 (01/2031)", "Default"), ("Sepa debit", "– none")]


def test_keys_are_shown_by_their_last_letters_alone(db: None) -> None:
    organization = factories.OrganizationFactory()
    secret = factories.api_key(organization, "billing:read")
    cells = lines(rows_of(organization, "API keys", READER).table)[0]
    assert cells[1].endswith(f"…{secret[-4:]}")
    assert secret not in " ".join(cells)
    assert cells[2:] == ["billing:read", "– none", "In use"]


@pytest.mark.parametrize(
    ("fields", "label", "expected"),
    [
        ({"anchor_day": 31}, "Renews on", "day 31"),
        ({}, "Renews on", "the day of the signup"),
        ({"country": "DE"}, "Country", "DE"),
        ({}, "Country", "– none"),
        ({"origin": "stripe"}, "Came by", "Stripe"),
        ({"origin": "staff"}, "Came by", "staff"),
        ({"origin": "signup"}, "Came by", "signing up"),
    ],
)
def test_an_organizations_details(db: None, fields: dict[str, Any], label: str, expected: str) -> None:
    assert details_of(factories.OrganizationFactory(**fields), READER)[label] == expected
