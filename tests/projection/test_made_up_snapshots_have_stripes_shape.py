"""A projection that is tested with snapshots that Stripe would never send is not tested at all."""

from typing import Any

import pytest
import stripe

from tests.projection import payments, settlements, snapshots
from tests.sandbox.annotations import problems

SHAPES: list[tuple[type, dict[str, Any]]] = [
    (stripe.Customer, snapshots.customer()),
    (stripe.Product, snapshots.product()),
    (stripe.Price, snapshots.price()),
    (stripe.Price, snapshots.price(recurring=None, type="one_time")),
    (stripe.PaymentMethod, snapshots.payment_method()),
    (stripe.Subscription, snapshots.subscription()),
    (stripe.SubscriptionItem, snapshots.item()),
    (stripe.Invoice, snapshots.invoice()),
    (stripe.Invoice, snapshots.invoice(total_taxes=[snapshots.tax(290)])),
    (stripe.InvoiceLineItem, snapshots.line(taxes=[snapshots.tax(290)])),
    (stripe.PaymentIntent, payments.payment_intent(last_payment_error=payments.payment_error())),
    (stripe.Charge, payments.charge()),
    (stripe.Refund, payments.refund()),
    (stripe.InvoicePayment, payments.invoice_payment()),
    (stripe.CreditNote, settlements.credit_note()),
    (stripe.Dispute, settlements.dispute()),
    (stripe.BalanceTransaction, settlements.balance_transaction()),
    (stripe.Payout, settlements.payout()),
]


@pytest.mark.parametrize(("kind", "snapshot"), SHAPES, ids=lambda value: getattr(value, "__name__", ""))
def test_it_fits_the_annotations(kind: type, snapshot: dict[str, Any]) -> None:
    assert problems(snapshot, kind, kind.__name__) == []


def test_a_line_of_an_invoice_item_does_too() -> None:
    item = snapshots.line(parent=snapshots.line_parent("invoice_item_details"))
    assert problems(item, stripe.InvoiceLineItem, "line") == []


def test_what_is_given_replaces_the_default() -> None:
    assert snapshots.price(unit_amount=None)["unit_amount"] is None
    assert snapshots.subscription(items=[])["items"]["data"] == []
    assert snapshots.invoice("in_9")["lines"]["url"] == "/v1/invoices/in_9/lines"
