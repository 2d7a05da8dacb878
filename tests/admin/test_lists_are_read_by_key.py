"""Newer and Older walk through a list: each row once, without COUNT or OFFSET, in a fixed number of queries."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing import models
from billing.admin.keyset import read_page
from tests import factories
from tests.admin.addresses import NOUNS, list_of, page_of
from tests.admin.scene import organization_with_everything

START = datetime(2026, 1, 1, tzinfo=UTC)
MOST_QUERIES = {"list": 8, "home": 22, "organization": 18, "object": 13}


def walk(order: tuple[str, ...], size: int) -> tuple[list[int], list[int]]:
    """Ids in the order of reading onwards, and of reading back from the last page."""
    onwards: list[int] = []
    page = read_page(models.Subscription.objects.all(), order, "", size)
    onwards += [row.pk for row in page.rows]
    while page.after:
        page = read_page(models.Subscription.objects.all(), order, page.after, size)
        onwards += [row.pk for row in page.rows]
    back = [row.pk for row in page.rows]
    while page.before:
        page = read_page(models.Subscription.objects.all(), order, page.before, size)
        back = [row.pk for row in page.rows] + back
    return onwards, back


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
@pytest.mark.parametrize(
    "order",
    [
        ("current_period_end", "id"),
        ("-current_period_end", "-id"),
        ("-stripe_created_at", "-id"),
        ("trial_end", "-id"),
        ("-id",),
    ],
)
def test_each_row_is_read_once_in_both_directions(db: None, order: tuple[str, ...], size: int) -> None:
    organization = factories.OrganizationFactory()
    for number in range(12):
        end = START + timedelta(days=60 + number % 4) if number % 3 else None
        factories.SubscriptionFactory(organization=organization, current_period_end=end, trial_end=end and START)
    expected = list(models.Subscription.objects.order_by(*order).values_list("pk", flat=True))
    assert walk(order, size) == (expected, expected)


@pytest.mark.parametrize("cursor", ["x", "WzAsWzFdXQ:abc:def", "\x00", "a" * 5000])
def test_a_cursor_that_is_not_ours_begins_again(admin: Client, company: SimpleNamespace, cursor: str) -> None:
    answer = admin.get(list_of(models.Organization), {"at": cursor})
    assert answer.status_code == 200
    assert "Acme" in answer.content.decode()


def test_the_pages_are_linked(admin: Client, db: None) -> None:
    factories.OrganizationFactory.create_batch(51)
    first = admin.get(list_of(models.Organization)).content.decode()
    older = re.search(r'href="(\?at=[^"]+)" rel="next"', first)
    assert older
    assert 'rel="prev"' not in first
    second = admin.get(list_of(models.Organization) + older[1]).content.decode()
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    assert second.count('<th scope="row">') == 1


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


def shell_aside(sql: list[str]) -> list[str]:
    return [each for each in sql if "SAVEPOINT" not in each]


@pytest.mark.parametrize("model", NOUNS)
def test_lists_take_as_many_queries_for_many_rows(admin: Client, company: SimpleNamespace, model: Any) -> None:
    few = statements(admin, list_of(model, "?view=all"))
    for number in range(20):
        organization_with_everything(f"Customer {number}")
    many = statements(admin, list_of(model, "?view=all"))
    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES["list"]


def test_no_list_counts_or_skips(admin: Client, company: SimpleNamespace) -> None:
    for model in NOUNS:
        page: Any = django_admin.site._registry[model]
        for query in ["", *(f"?view={chip.code}" for chip in page.chips), "?q=acme"]:
            sql = " ".join(statements(admin, list_of(model, query))).upper()
            assert "COUNT(*)" not in sql, (model, query)  # heads count what is open, by its own index
            assert "OFFSET" not in sql, (model, query)


def test_object_pages_take_as_many_queries_for_many_rows(admin: Client, company: SimpleNamespace) -> None:
    for name in ("organization", "subscription", "invoice", "payment", "event", "command"):
        row = getattr(company, name)
        few = statements(admin, page_of(row))
        _more_of(company)
        many = statements(admin, page_of(row))
        assert len(many) == len(few), name
        assert len(many) <= MOST_QUERIES["organization" if name == "organization" else "object"], name


def test_home_takes_a_bounded_number(admin: Client, company: SimpleNamespace) -> None:
    few = statements(admin, "/admin/")
    for number in range(10):
        organization_with_everything(f"Customer {number}")
    assert len(statements(admin, "/admin/")) == len(few) <= MOST_QUERIES["home"]


def _more_of(company: SimpleNamespace) -> None:
    """More rows under the same organization."""
    for _ in range(8):
        subscription = factories.SubscriptionFactory(organization=company.organization)
        factories.SubscriptionItemFactory(subscription=subscription, price=company.price)
        invoice = factories.InvoiceFactory(organization=company.organization, subscription=company.subscription)
        factories.InvoiceLineFactory(invoice=company.invoice)
        factories.InvoiceLineFactory(invoice=invoice)
        factories.PaymentAttemptFactory(payment=company.payment)


@pytest.mark.parametrize(
    "query", ["?organization=abc", "?organization=99999999999999999999999", "?currency=%00", "?q=%00", "?view=nonsense"]
)
def test_nonsense_in_the_address_is_no_error(admin: Client, company: SimpleNamespace, query: str) -> None:
    assert admin.get(list_of(models.Invoice, query)).status_code == 200


def test_filters_are_shown_by_name_and_can_be_removed(admin: Client, company: SimpleNamespace) -> None:
    other = factories.InvoiceFactory(number="OTHER-1")
    body = admin.get(list_of(models.Invoice, f"?organization={company.organization.pk}")).content.decode()
    assert "Organization: Acme" in body
    assert other.number not in body
    assert company.invoice.number in body
