"""Of a list's row its name, its time and its bytes are enough, until somebody asks for the object."""

import pytest

from billing.gateway.errors import Unknown
from billing.gateway.listing import list_page
from billing.gateway.unread import page_of, unread_page
from tests.gateway.wire import Wire
from tests.sandbox.scenes import Account

KINDS = ["customer", "product", "price", "subscription", "invoice", "payment_intent", "charge", "invoice_payment"]


def with_lines(account: Account, count: int) -> str:
    """The id of a draft with so many lines."""
    customer = account.v1.customers.create({"name": "Many"})
    invoice = account.v1.invoices.create({"customer": customer.id, "currency": "usd"})
    for number in range(count):
        account.v1.invoice_items.create(
            {"customer": customer.id, "invoice": invoice.id, "amount": 100 + number, "currency": "usd"}
        )
    return str(invoice.id)


@pytest.mark.parametrize("object_type", KINDS)
def test_read_it_is_what_the_list_gives(account: Account, object_type: str) -> None:
    account.subscribe()
    account.subscribe()
    page, read = unread_page(object_type), list_page(object_type)
    assert [row.read() for row in page.rows] == read.rows != []
    assert [(row.head.id, row.head.created) for row in page.rows] == [(one["id"], one["created"]) for one in read.rows]
    assert (page.has_more, page.last_id) == (read.has_more, read.last_id)


def test_an_invoice_says_its_total_unread(account: Account) -> None:
    account.subscribe()
    (row,) = unread_page("invoice").rows
    assert (row.head.total, row.head.currency) == (row.read()["total"], "usd")
    assert row.head.total > 0


def test_its_digest_moves_with_it(account: Account) -> None:
    subscription = account.subscribe()
    before, again = (unread_page("customer").rows[0].digest for _ in range(2))
    account.v1.customers.update(subscription.customer, {"name": "Another"})
    assert before == again != unread_page("customer").rows[0].digest


@pytest.mark.parametrize(("lines", "whole"), [(10, True), (11, False)])
def test_where_a_list_in_it_goes_on_elsewhere_its_bytes_are_not_all(account: Account, lines: int, whole: bool) -> None:
    with_lines(account, lines)
    (row,) = unread_page("invoice").rows
    assert row.is_whole is whole
    assert len(row.read()["lines"]["data"]) == lines


@pytest.mark.parametrize("spelling", ['"has_more":true', '"has_more": true'])
def test_it_is_seen_in_either_spelling(spelling: str) -> None:
    page = page_of('{"data": [{"id": "in_1", "created": 1, "lines": {"data": [], MORE}}]}'.replace("MORE", spelling))
    assert not page.rows[0].is_whole
    assert not page.has_more


def test_an_empty_page_that_promises_more_is_the_end(wire: Wire) -> None:
    wire.answers_with(200, {"data": [], "has_more": True})
    page = unread_page("customer")
    assert (page.rows, page.has_more, page.last_id) == ([], False, "")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"data": 5}', b'{"data": [5]}', b'{"data": [{}]}', b'{"data": [{"id": "x"}', b"\xff"]
)
def test_what_is_no_list_is_an_answer_that_nobody_understands(wire: Wire, body: bytes) -> None:
    wire.answers_with(200, body)
    with pytest.raises(Unknown) as raised:
        unread_page("customer")
    assert raised.value.code in ("no_answer", "unreadable_answer")
