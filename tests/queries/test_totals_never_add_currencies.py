"""What is owed is shown a line a currency: a sum of dollars and yen is no number."""

from typing import Any

import pytest

from billing.queries.invoices import Total, due
from tests.factories import InvoiceFactory

pytestmark = pytest.mark.django_db


def owe(amount: int, currency: str = "usd", status: str = "open", **given: Any) -> None:
    InvoiceFactory(status=status, currency=currency, amount_due=amount, amount_remaining=amount, **given)


def test_nothing_owed_is_no_line() -> None:
    assert due().open == []
    assert due().failed == []


def test_each_currency_is_a_line_in_the_order_of_their_codes() -> None:
    owe(100)
    owe(250)
    owe(9000, "jpy")
    owe(1, "eur")
    assert due().open == [Total("eur", 1, 1), Total("jpy", 1, 9000), Total("usd", 2, 350)]


@pytest.mark.parametrize("status", ["draft", "paid", "void", "uncollectible"])
def test_only_open_invoices_are_owed(status: str) -> None:
    owe(100, status=status, attempt_count=3)
    assert due().open == []
    assert due().failed == []


def test_what_was_paid_in_part_is_owed_in_part() -> None:
    InvoiceFactory(status="open", amount_due=1000, amount_paid=400, amount_remaining=600)
    assert due().open == [Total("usd", 1, 600)]


def test_failed_are_those_that_were_tried() -> None:
    owe(100, attempt_count=0)
    owe(200, attempt_count=1)
    owe(300, attempt_count=4)
    owe(9000, "jpy", attempt_count=0)
    assert due().failed == [Total("usd", 2, 500)]
    assert due().open == [Total("jpy", 1, 9000), Total("usd", 3, 600)]


def test_an_open_invoice_over_nothing_is_counted() -> None:
    owe(0)
    assert due().open == [Total("usd", 1, 0)]


def test_large_sums_are_exact() -> None:
    """Beyond 2^53, where floats lose single minor units."""
    for amount in (2**53, 1, 2**53):
        owe(amount, "idr")
    assert due().open == [Total("idr", 3, 2**54 + 1)]


def test_both_are_one_query(django_assert_num_queries: Any) -> None:
    owe(1, attempt_count=1)
    with django_assert_num_queries(1):
        found = due()
    assert found.open == found.failed == [Total("usd", 1, 1)]
