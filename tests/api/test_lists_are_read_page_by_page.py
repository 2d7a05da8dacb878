"""Keyset pages: complete, stable under inserts and deletes, without COUNT, at a constant number of queries."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.api.pagination import Cursor
from billing.models import Invoice
from tests.api.calls import Api, problem
from tests.factories import (
    START,
    InvoiceFactory,
    MembershipFactory,
    OrganizationFactory,
    PaymentFactory,
    PlanFactory,
    PriceFactory,
    SubscriptionFactory,
    SubscriptionItemFactory,
    api_key,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoices(organization):
    """Seven, of which three share a second."""
    seconds = [0, 1, 1, 1, 2, 3, 4]
    rows = [InvoiceFactory(organization=organization, stripe_created_at=START + timedelta(seconds=s)) for s in seconds]
    return [row.stripe_id for row in reversed(rows)]


def follow(api, url):
    parts = urlsplit(url)
    return api.get(f"{parts.path.removeprefix('/api/v1/')}?{parts.query}").json()


def ids(page):
    return [row["id"] for row in page["data"]]


def test_forward_and_back_again(api, invoices):
    page = api.get("billing/invoices?limit=3").json()
    assert page["pagination"]["previous"] is None
    seen, pages = ids(page), [ids(page)]
    while page["pagination"]["next"]:
        page = follow(api, page["pagination"]["next"])
        seen += ids(page)
        pages.append(ids(page))
    assert seen == invoices
    assert [len(rows) for rows in pages] == [3, 3, 1]
    for rows in reversed(pages[:-1]):
        page = follow(api, page["pagination"]["previous"])
        assert ids(page) == rows
    assert page["pagination"]["previous"] is None


@pytest.mark.parametrize("limit", [1, 2, 4, 6, 7, 8])
def test_every_size_of_page_shows_every_row_once_in_both_directions(api, invoices, limit):
    page = api.get(f"billing/invoices?limit={limit}").json()
    onwards = ids(page)
    while page["pagination"]["next"]:
        page = follow(api, page["pagination"]["next"])
        onwards += ids(page)
    backwards = ids(page)
    while page["pagination"]["previous"]:
        page = follow(api, page["pagination"]["previous"])
        backwards = ids(page) + backwards
    assert onwards == invoices
    assert backwards == invoices


def test_rows_that_come_or_go_shift_nothing(api, organization, invoices):
    page = api.get("billing/invoices?limit=3").json()
    InvoiceFactory(organization=organization, stripe_created_at=START + timedelta(days=1))
    Invoice.objects.get(stripe_id=invoices[2]).delete()
    second = follow(api, page["pagination"]["next"])
    assert ids(second) == invoices[3:6]
    first = follow(api, second["pagination"]["previous"])
    assert ids(first) != ids(second)
    assert set(ids(first)).isdisjoint(invoices[3:])


def test_times_to_the_microsecond_are_kept_apart(api, organization):
    rows = [
        InvoiceFactory(organization=organization, stripe_created_at=START + timedelta(microseconds=n))
        for n in (3, 1, 2)
    ]
    first = api.get("billing/invoices?limit=1").json()
    second = follow(api, first["pagination"]["next"])
    third = follow(api, second["pagination"]["next"])
    assert ids(first) + ids(second) + ids(third) == [rows[0].stripe_id, rows[2].stripe_id, rows[1].stripe_id]


def test_filters_go_along(api, organization):
    for day in range(4):
        InvoiceFactory(organization=organization, status="open", stripe_created_at=START + timedelta(days=day))
    InvoiceFactory(organization=organization, status="paid")
    page = api.get("billing/invoices?status=open&from=2026-01-02&to=2026-01-03&limit=1").json()
    following = follow(api, page["pagination"]["next"])
    assert len(ids(page) + ids(following)) == 2
    assert following["pagination"]["next"] is None
    assert following["data"][0]["created_at"] == "2026-01-02T00:00:00Z"


def test_drafts_are_shown_only_where_asked_for(api, organization):
    draft = InvoiceFactory(organization=organization, status="draft", number="")
    assert ids(api.get("billing/invoices").json()) == []
    assert ids(api.get("billing/invoices?status=draft").json()) == [draft.stripe_id]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "invalid_limit"),
        ("limit=-1", "invalid_limit"),
        ("limit=ten", "invalid_limit"),
        ("limit=²", "invalid_limit"),
        ("status=lost", "invalid_status"),
        ("from=yesterday", "invalid_time"),
        ("to=2026-13-01", "invalid_time"),
        ("from=2026-02-30T00:00:00Z", "invalid_time"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=ä", "invalid_cursor"),
    ],
)
def test_what_makes_no_sense_is_refused(api, query, code):
    problem(api.get(f"billing/invoices?{query}"), 400, code)


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["2026-01-01T00:00:00+00:00"],
        ["2026-01-01T00:00:00+00:00", 1, 2],
        ["2026-01-01T00:00:00+00:00", "\x00"],
        ["2026-01-01T00:00:00", 1],
        [None, 1],
        [1, 1],
        [[], {}],
        ["x", "y"],
    ],
)
def test_forged_cursors_are_refused(api, values):
    problem(api.get(f"billing/invoices?cursor={Cursor(False, values).encode()}"), 400, "invalid_cursor")


def test_a_cursor_with_a_number_beyond_every_id_finds_what_is_before_it(api, invoices):
    cursor = Cursor(False, [START.isoformat(), 10**15]).encode()
    assert ids(api.get(f"billing/invoices?cursor={cursor}").json()) == invoices[-1:]


def test_at_most_a_hundred_at_once(api):
    assert api.get("billing/invoices?limit=100000").json()["pagination"]["limit"] == 100


def fill(organization, rows):
    for _ in range(rows):
        subscription = SubscriptionFactory(organization=organization)
        SubscriptionItemFactory(subscription=subscription, price=PriceFactory(plan=PlanFactory()))
        InvoiceFactory(organization=organization)
        PaymentFactory(organization=organization)
        MembershipFactory(organization=organization)
        api_key(organization, "billing:read")


def statements(caller, path):
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(path).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(
    "path", ["billing/subscriptions", "billing/invoices", "billing/payments", "memberships", "api-keys"]
)
def test_a_list_takes_as_many_queries_for_one_row_as_for_many_and_counts_none(path):
    organization = OrganizationFactory()
    caller = Api(api_key(organization, "billing:read"))
    fill(organization, 1)
    few = statements(caller, path)
    few = statements(caller, path)
    fill(organization, 6)
    many = statements(caller, path)
    assert len(many) == len(few)
    assert len(many) <= 14
    assert not [sql for sql in many if "COUNT(" in sql.upper() or " OFFSET " in sql.upper()]
