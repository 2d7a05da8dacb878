"""Stripe has no event for some objects, or none before they reach a state: that a list brings them is no difference."""

import pytest

from billing.models import Discrepancy, InvoicePayment
from billing.projection.sighting import Fetched
from billing.reconcile.pages import Compared, compare_answers
from tests.factories import START
from tests.projection.payments import invoice_payment
from tests.projection.seen import told
from tests.projection.snapshots import customer, invoice

pytestmark = pytest.mark.django_db


def listed(status: str) -> Compared:
    """What comes of an invoice's payment that is new here."""
    told(customer("cus_1"), invoice("in_1", customer="cus_1"))
    snapshot = invoice_payment(status=status)
    return compare_answers("invoice_payment", [Fetched(snapshot["id"], "invoice_payment", snapshot, -1)], START)


def test_an_invoices_payment_that_is_not_made_yet_is_taken_over() -> None:
    found = listed("open")
    assert (found.healed, found.open, found.refreshed) == ([], [], 1)
    assert InvoicePayment.objects.get().status == "open"
    assert not Discrepancy.objects.exists()


def test_one_that_was_made_is_missing() -> None:
    found = listed("paid")
    assert [str(one.kind) for one in found.healed] == ["missing_here"]
    assert InvoicePayment.objects.get().status == "paid"
