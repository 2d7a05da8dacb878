"""Each step from the sum of the lines to what is due is printed, so that a customer's question has an answer."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from billing.models import Invoice
from tests import factories
from tests.admin.reading import column, details_of, facts, heading_of, rows_of, viewer, words
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


def totals(invoice: Invoice) -> dict[str, str]:
    return facts(rows_of(invoice, "Lines", READER).totals)


def test_the_sum_of_an_invoice_leads_to_what_is_due(db: None) -> None:
    invoice = factories.InvoiceFactory(
        subtotal=10000, discount=1000, tax=1710, total=10710, amount_due=10000, amount_paid=4000, amount_remaining=6000
    )
    assert list(totals(invoice).items()) == [
        ("Subtotal", "$100.00"),
        ("Discount", "−$10.00"),
        ("Tax", "$17.10"),
        ("Total", "$107.10"),
        ("From balance", "−$7.10"),
        ("Due", "$100.00"),
        ("Paid", "−$40.00"),
        ("Still due", "$60.00"),
    ]


def test_steps_that_change_nothing_are_left_out(db: None) -> None:
    invoice = factories.InvoiceFactory(amount_paid=0, amount_remaining=2900)
    assert list(totals(invoice)) == ["Subtotal", "Tax", "Total", "Due", "Still due"]


@pytest.mark.parametrize(
    ("fields", "each"),
    [
        ({"unit_amount_decimal": "2900"}, "$29.00"),
        ({"unit_amount_decimal": "0.05"}, "USD 0.0005"),
        ({"unit_amount_decimal": "2900.0"}, "$29.00"),
        ({"unit_amount_decimal": "1.5", "currency": "jpy"}, "JPY 1.5"),
        ({"unit_amount_decimal": "-1.5", "currency": "kwd"}, "KWD -0.0015"),
        ({"unit_amount_decimal": ""}, "– none"),
        ({"unit_amount_decimal": "none"}, "– none"),
    ],
)
def test_a_unit_price_keeps_its_fractions(db: None, fields: dict[str, Any], each: str) -> None:
    row = factories.InvoiceLineFactory(**fields)
    assert column(rows_of(row.invoice, "Lines", READER).table, "Each") == [each]


def test_a_line_says_what_period_it_is_for(db: None) -> None:
    """A proration is billed by the second, so it has its times."""
    invoice = factories.InvoiceFactory()
    for number, (proration, start) in enumerate([(False, START), (True, START), (False, None)]):
        factories.InvoiceLineFactory(
            invoice=invoice, position=number, proration=proration, period_start=start, period_end=END
        )
    assert column(rows_of(invoice, "Lines", READER).table, "Period") == [
        "1–30 Nov 2026",
        "1 Nov 2026, 00:00 UTC – 1 Dec 2026, 00:00 UTC",
        "– none",
    ]


def test_a_lines_discount_is_taken_off(db: None) -> None:
    row = factories.InvoiceLineFactory(discount=500, tax=19)
    table = rows_of(row.invoice, "Lines", READER).table
    assert (column(table, "Discount"), column(table, "Tax")) == (["−$5.00"], ["$0.19"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "paid", "attempt_count": 2}, []),
        ({"status": "open"}, []),
        ({"status": "open", "attempt_count": 1}, ["Collecting it failed, and no further try is planned."]),
        (
            {"status": "open", "attempt_count": 1, "next_payment_attempt": NOW + DAY},
            ["Collecting it failed. Stripe tries again on 21 Nov 2026, 13:02 UTC."],
        ),
    ],
)
def test_an_invoice_that_failed_says_what_comes_next(db: None, fields: dict[str, Any], expected: list[str]) -> None:
    assert [text for _tone, text in notices(factories.InvoiceFactory(**fields))] == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("subscription_cycle", "Renewal"),
        ("subscription_create", "Start of the subscription"),
        ("manual", "Made by hand"),
        ("of_next_year", "Of next year"),
        ("", "– none"),
    ],
)
def test_why_an_invoice_was_made(db: None, reason: str, expected: str) -> None:
    assert details_of(factories.InvoiceFactory(billing_reason=reason), READER)["Why"] == expected


def test_a_draft_has_no_number_yet(db: None) -> None:
    invoice = factories.InvoiceFactory(number="", status="draft", organization=factories.OrganizationFactory(name="A"))
    assert heading_of(invoice, READER).title == "Draft invoice · A"


def test_tries_without_a_payment_are_explained(db: None) -> None:
    assert (
        "tried 2 times" in rows_of(factories.InvoiceFactory(status="open", attempt_count=2), "Payments", READER).empty
    )
    assert rows_of(factories.InvoiceFactory(status="open"), "Payments", READER).empty == "No payment yet."
