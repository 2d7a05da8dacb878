"""The address is the whole state of a list: it can be sent to a colleague, who sees the same rows."""

from datetime import timedelta

import pytest
from django.test import Client

from audit.actor import Actor, ActorKind
from audit.context import acting
from audit.models import AuditEntry
from audit.record import record
from billing.models import Invoice, Organization, Payment, Plan, StripeCommand, Subscription, User, WebhookEvent
from tests import factories
from tests.admin.addresses import list_of
from tests.admin.reading import links, listed, words
from tests.admin.scene import NOW


@pytest.fixture
def two(db: None) -> tuple[Organization, Organization]:
    return factories.OrganizationFactory(name="Alpha"), factories.OrganizationFactory(name="Beta")


def test_an_organizations_invoices(admin: Client, two: tuple[Organization, Organization]) -> None:
    factories.InvoiceFactory(organization=two[0], number="A-1")
    factories.InvoiceFactory(organization=two[0], number="A-2", status="draft")
    factories.InvoiceFactory(organization=two[1], number="B-1")
    assert sorted(listed(admin, list_of(Invoice, f"?organization={two[0].pk}"))) == ["A-1", "A-2"]
    assert listed(admin, list_of(Invoice, f"?organization={two[0].pk}&view=draft")) == ["A-2"]


def test_one_subscriptions_invoices_in_one_currency(admin: Client, db: None) -> None:
    subscription = factories.SubscriptionFactory()
    for number, currency in (("U", "usd"), ("J", "jpy")):
        factories.InvoiceFactory(subscription=subscription, number=number, currency=currency)
    factories.InvoiceFactory(number="OTHER", currency="jpy")
    assert listed(admin, list_of(Invoice, f"?subscription={subscription.stripe_id}&currency=jpy")) == ["J"]


def test_a_plans_subscriptions(admin: Client, db: None) -> None:
    plan = factories.PlanFactory(code="pro", name="Pro")
    for price in (factories.PriceFactory(plan=plan), factories.PriceFactory()):
        factories.SubscriptionItemFactory(price=price)
    assert listed(admin, list_of(Subscription, "?plan=pro")) == ["Pro"]
    assert listed(admin, list_of(Subscription, "?plan=pro&view=past-due")) == []


def test_payments_of_one_currency(admin: Client, db: None) -> None:
    factories.PaymentFactory(currency="jpy", created_at=NOW)
    factories.PaymentFactory(currency="usd", created_at=NOW - timedelta(days=1))
    assert listed(admin, list_of(Payment, "?currency=jpy")) == ["20 Nov 2026, 13:02 UTC"]


def test_events_of_one_type_and_one_object(admin: Client, db: None) -> None:
    for number, (kind, key) in enumerate(
        [("invoice.paid", "in_1"), ("invoice.paid", "in_2"), ("charge.failed", "in_1")]
    ):
        WebhookEvent.objects.create(
            stripe_event_id=f"evt_{number}", event_type=kind, object_id=key, stripe_created_at=NOW, payload="{}"
        )
    assert listed(admin, list_of(WebhookEvent, "?type=invoice.paid")) == ["invoice.paid"] * 2
    assert listed(admin, list_of(WebhookEvent, "?object=in_1")) == ["charge.failed", "invoice.paid"]
    assert listed(admin, list_of(WebhookEvent, "?object=in_1&type=invoice.paid")) == ["invoice.paid"]
    assert listed(admin, list_of(WebhookEvent, "?q=in_2")) == ["invoice.paid"]


@pytest.mark.parametrize("name", ["action", "object", "actor", "request"])
def test_the_log_by_deed_object_person_and_request(admin: Client, db: None, name: str) -> None:
    for which, action in (("one", "audit.tested"), ("two", "audit.test_voided")):
        with acting(Actor(ActorKind.SYSTEM, which), request_id=which):
            record(action, target=("thing", which), organization_id=None)
    value = "audit.tested" if name == "action" else "one"
    assert listed(admin, list_of(AuditEntry, f"?{name}={value}")) == ["Wrote a test entry; it tells of nothing"]


@pytest.mark.parametrize(
    ("term", "expected"),
    [("cmd_1", ["Cancel a subscription"]), ("key-2", ["Start a subscription"]), ("nothing", []), ("cmd_", [])],
)
def test_commands_by_id_or_key(admin: Client, db: None, term: str, expected: list[str]) -> None:
    for number, operation in ((1, "subscriptions.cancel"), (2, "subscriptions.create")):
        StripeCommand.objects.create(
            public_id=f"cmd_{number}", idempotency_key=f"key-{number}", operation=operation, actor_kind="system",
            actor_id="system",
        )  # fmt: skip
    assert listed(admin, list_of(StripeCommand, f"?q={term}")) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [("alp", ["Alpha"]), ("ALPHA", ["Alpha"]), ("pha", []), ("%", []), ("_lpha", []), ("a@example.com", ["Alpha"])],
)
def test_organizations_by_the_beginning_of_the_name(admin: Client, db: None, term: str, expected: list[str]) -> None:
    factories.OrganizationFactory(name="Alpha", email="A@example.com")
    factories.OrganizationFactory(name="Beta", email="b@example.com")
    assert listed(admin, list_of(Organization) + f"?q={term.replace('%', '%25')}") == expected


@pytest.mark.parametrize(
    ("term", "expected"), [("pro", ["Professional"]), ("PROF", ["Professional"]), ("free", ["Starter"]), ("x", [])]
)
def test_plans_by_code_or_name(admin: Client, db: None, term: str, expected: list[str]) -> None:
    factories.PlanFactory(code="pro", name="Professional")
    factories.PlanFactory(code="free", name="Starter")
    assert listed(admin, list_of(Plan, f"?q={term}")) == expected


def test_staff_by_the_beginning_of_the_address(admin: Client, db: None) -> None:
    for address in ("anne@example.com", "ben@example.com"):
        User.objects.create(email=address, is_staff=True)
    assert listed(admin, list_of(User, "?q=ANN")) == ["anne@example.com"]


def test_a_search_looks_through_all_views(admin: Client, db: None) -> None:
    """Who looks for a paid invoice in the list of open ones wants to find it."""
    factories.InvoiceFactory(number="PAID-1", status="paid")
    assert listed(admin, list_of(Invoice)) == []
    assert listed(admin, list_of(Invoice, "?q=paid-1")) == ["PAID-1"]
    assert listed(admin, list_of(Invoice, "?q=paid-1&view=open")) == []


def test_blanks_around_a_term_do_not_matter(admin: Client, db: None) -> None:
    factories.InvoiceFactory(number="A-1")
    assert listed(admin, list_of(Invoice, "?q=%20a-1%20")) == ["A-1"]


def test_a_term_of_blanks_is_no_search(admin: Client, db: None) -> None:
    factories.InvoiceFactory(number="OPEN", status="open")
    factories.InvoiceFactory(number="PAID", status="paid")
    assert listed(admin, list_of(Invoice, "?q=%20%20")) == ["OPEN"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (list_of(Invoice), "No open invoices: everything issued is settled."),
        (list_of(Invoice, "?view=past-due"), "No invoice is past due."),
        (list_of(Invoice, "?view=draft"), "No invoices here."),
        (list_of(Subscription, "?view=no-next-invoice"), "Every active subscription has a next invoice."),
        (list_of(Payment, "?view=failed"), "No payment failed in the last 24 hours."),
        (list_of(WebhookEvent, "?view=dead"), "No dead events."),
        (list_of(Organization), "No organizations yet."),
        (list_of(Organization, "?q=nobody"), "Nothing matches. Clear all"),
        (list_of(Invoice, "?currency=eur"), "Nothing matches. Clear all"),
    ],
)
def test_an_empty_list_says_whether_that_is_well(admin: Client, db: None, address: str, expected: str) -> None:
    body = admin.get(address).content.decode()
    assert expected in words(body)
    assert "<table" not in body


def test_each_control_keeps_the_others(admin: Client, two: tuple[Organization, Organization]) -> None:
    factories.InvoiceFactory(organization=two[0], number="A-1", status="open")
    body = admin.get(list_of(Invoice, f"?organization={two[0].pk}&view=open&q=a-1&at=x")).content.decode()
    found = links(body)
    assert f"?organization={two[0].pk}&q=a-1&view=paid" in found
    assert "?view=open&q=a-1" in found
    assert f"?organization={two[0].pk}&view=open" in found
    assert "?" in found
    assert f'name="organization" value="{two[0].pk}"' in body
    assert 'name="view" value="open"' in body
    assert 'name="at"' not in body


def test_the_chosen_view_is_marked_for_everybody(admin: Client, db: None) -> None:
    body = admin.get(list_of(Invoice, "?view=paid")).content.decode()
    assert body.count('aria-current="true"') == 1
    assert '<a href="?view=paid" aria-current="true">Paid</a>' in body


def test_a_filter_that_names_nothing_shows_nothing(admin: Client, db: None) -> None:
    factories.InvoiceFactory(status="open")
    for query in ("?organization=abc", "?organization=99999999", "?subscription=sub_none", "?currency=dollars"):
        assert listed(admin, list_of(Invoice, query)) == []


def test_a_filters_value_is_escaped_where_it_is_named(admin: Client, db: None) -> None:
    body = admin.get(list_of(Invoice, "?currency=%3Cscript%3Ealert(1)%3C/script%3E&q=%22%3E%3Cimg%3E")).content.decode()
    assert "<script>alert" not in body
    assert '"><img>' not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
