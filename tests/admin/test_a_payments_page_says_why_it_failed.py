"""A decline is of use only with its reason and the next step; a refund only where its sum is told."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from billing.models import InvoicePayment, Refund
from tests import factories
from tests.admin.reading import column, details_of, facts, heading_of, links, rows_of, viewer, words
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


def test_a_declined_payment_says_why_and_what_next(db: None) -> None:
    payment = factories.PaymentFactory(status="requires_payment_method", failure_code="expired_card")
    factories.PaymentAttemptFactory(
        payment=payment, status="failed", failure_code="insufficient_funds", created_at=START
    )
    factories.PaymentAttemptFactory(payment=payment, status="failed", failure_code="expired_card", created_at=END)
    assert notices(payment) == [("bad", "The card has expired. Ask the customer for another card.")]
    table = rows_of(payment, "Attempts", READER).table
    assert column(table, "Reason") == ["The card has expired", "Not enough funds"]
    assert column(table, "Method") == ["Visa ···4242"] * 2
    assert details_of(payment, READER)["Stripe’s word for the failure"] == "expired_card"


@pytest.mark.parametrize("status", ["succeeded", "canceled", "processing"])
def test_an_old_failure_is_no_notice(db: None, status: str) -> None:
    assert notices(factories.PaymentFactory(status=status, failure_code="expired_card")) == []


def test_refunds_are_listed_and_summed(db: None) -> None:
    payment = factories.PaymentFactory()
    factories.PaymentAttemptFactory(payment=payment, amount_refunded=1500)
    for number, status in enumerate(["succeeded", "failed"]):
        Refund.objects.create(
            stripe_id=f"re_{number}", payment=payment, organization=payment.organization, amount=1500, currency="usd",
            status=status, reason="requested_by_customer", created_at=START + number * DAY,
        )  # fmt: skip
    assert line(payment)["Refunded"] == "$15.00"
    table = rows_of(payment, "Refunds", READER).table
    assert column(table, "State") == ["✕ Failed", "✓ Succeeded"]
    assert column(table, "Reason") == ["Requested by customer"] * 2


def test_a_payment_leads_to_the_invoices_that_it_pays(db: None) -> None:
    payment = factories.PaymentFactory()
    invoices = [factories.InvoiceFactory(number=number) for number in ("A-1", "A-2")]
    for invoice in invoices:
        InvoicePayment.objects.create(
            stripe_id=f"inpay_{invoice.pk}", organization=payment.organization, invoice=invoice, payment=payment,
            status="paid", amount_requested=1, currency="usd", created_at=NOW,
        )  # fmt: skip
    cell = dict(heading_of(payment, KNOWING).line)["Invoice"]
    assert set(links(cell)) == {f"/admin/billing/invoice/{invoice.pk}/change/" for invoice in invoices}
    assert set(words(cell).split(", ")) == {"A-1", "A-2"}
    assert links(dict(heading_of(payment, READER).line)["Invoice"]) == []


def test_a_payment_in_cash_has_our_id(db: None) -> None:
    payment = factories.PaymentFactory(stripe_id=None, method="bank_transfer")
    assert payment.public_id in words(heading_of(payment, READER).identifiers[0])
    assert line(payment)["Method"] == "Bank transfer"
    assert rows_of(payment, "Attempts", READER).empty == "Nothing was tried yet."
