"""Whoever walks through all of Stripe stops at any page and goes on there: nothing is left out, nothing comes twice."""

from datetime import UTC, datetime
from typing import Any

import pytest

from billing.gateway import listing
from billing.gateway.errors import Refused, Unknown
from billing.gateway.listing import LISTED, UNDATED, Page, list_page, walk
from tests.gateway.wire import Wire
from tests.sandbox.scenes import START, Account


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ROWS_OF_A_PAGE", 2)


def at(unix: int) -> datetime:
    return datetime.fromtimestamp(unix, tz=UTC)


def customers(account: Account, count: int) -> list[str]:
    """Newest first."""
    return [account.v1.customers.create({"name": f"C{number}"}).id for number in range(count)][::-1]


def ids(page: Page) -> list[str]:
    return [str(row["id"]) for row in page.rows]


@pytest.mark.usefixtures("small_pages")
def test_a_page_names_where_the_next_begins(account: Account) -> None:
    made = customers(account, 5)
    first = list_page("customer")
    second = list_page("customer", starting_after=first.last_id)
    third = list_page("customer", starting_after=second.last_id)
    assert [ids(first), ids(second), ids(third)] == [made[:2], made[2:4], made[4:]]
    assert [first.has_more, second.has_more, third.has_more] == [True, True, False]


@pytest.mark.usefixtures("small_pages")
def test_what_is_made_meanwhile_moves_no_page(account: Account) -> None:
    made = customers(account, 4)
    first = list_page("customer")
    customers(account, 3)
    assert ids(list_page("customer", starting_after=first.last_id)) == made[2:]


@pytest.mark.usefixtures("small_pages")
def test_a_walk_goes_on_where_another_stopped(account: Account) -> None:
    made = customers(account, 5)
    stopped = next(walk("customer")).last_id
    assert [one for page in walk("customer", starting_after=stopped) for one in ids(page)] == made[2:]


def test_times_are_from_and_until_without_the_end(account: Account) -> None:
    made = []
    for day in range(3):
        account.control("clock", {"now": START + day * 86_400})
        made.append(account.v1.customers.create({"name": "C"}).id)
    found = list_page("customer", created_from=at(START), created_to=at(START + 2 * 86_400))
    assert ids(found) == [made[1], made[0]]
    assert ids(list_page("customer", created_from=at(START + 1))) == [made[2], made[1]]


def test_subscriptions_that_ended_are_among_them(account: Account) -> None:
    subscription = account.subscribe()
    account.v1.subscriptions.cancel(subscription.id)
    assert ids(list_page("subscription")) == [subscription.id]
    assert ids(list_page("subscription", extra={"status": "active"})) == []


def test_archived_prices_and_products_are_among_them(account: Account) -> None:
    product = account.v1.products.create({"name": "Old"})
    price = account.v1.prices.create({"product": product.id, "currency": "usd", "unit_amount": 500})
    account.v1.prices.update(price.id, {"active": False})
    account.v1.products.update(product.id, {"active": False})
    assert ids(list_page("price")) == [price.id]
    assert ids(list_page("product")) == [product.id]


def test_lines_beyond_the_first_ten_are_there(account: Account) -> None:
    customer = account.v1.customers.create({"name": "Many"})
    invoice = account.v1.invoices.create({"customer": customer.id, "currency": "usd"})
    for number in range(12):
        account.v1.invoice_items.create(
            {"customer": customer.id, "invoice": invoice.id, "amount": 100 + number, "currency": "usd"}
        )
    (row,) = list_page("invoice").rows
    assert len(row["lines"]["data"]) == 12
    assert not row["lines"]["has_more"]


def test_payment_methods_are_listed_by_customer(account: Account) -> None:
    one, other = account.subscribe(), account.subscribe()
    found = list_page("payment_method", extra={"customer": one.customer}).rows
    assert {row["customer"] for row in found} == {one.customer} != {other.customer}
    with pytest.raises(ValueError, match="payment_method"):
        list_page("payment_method", created_from=at(START))


@pytest.mark.parametrize("object_type", sorted(LISTED.keys() - {"account"}))  # we have one account
def test_every_list_answers(account: Account, object_type: str) -> None:
    """With times, and with its own filters."""
    bounds: dict[str, Any] = {} if object_type in UNDATED else {"created_from": at(START), "created_to": at(START + 9)}
    assert list_page(object_type, **bounds).rows == []


def test_a_cursor_that_was_deleted_is_told_apart(account: Account) -> None:
    with pytest.raises(Refused) as raised:
        list_page("customer", starting_after="cus_gone")
    assert (raised.value.code, raised.value.param) == ("resource_missing", "starting_after")


def test_an_empty_page_that_promises_more_is_the_end(wire: Wire) -> None:
    """Nothing could be asked for after it: a walk would turn in a circle."""
    wire.answers_with(200, {"data": [], "has_more": True})
    assert list(walk("customer")) == [Page([], has_more=False)]
    assert len(wire.asked) == 1


def test_a_fault_in_the_middle_is_raised_and_never_taken_for_the_end(account: Account, small_pages: None) -> None:
    customers(account, 3)
    reading = walk("customer")
    next(reading)
    account.control("faults", {"operation": "GET /v1/customers", "kind": "error_500"})
    with pytest.raises(Unknown):
        next(reading)
