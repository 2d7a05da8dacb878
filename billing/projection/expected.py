"""What the projection would make of a snapshot, without writing it: the rows of each noun, by the same mapping."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import models

from billing.models import (
    BalanceTransaction,
    CreditNote,
    CreditNoteLine,
    Dispute,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Organization,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Payout,
    Plan,
    Price,
    Refund,
    Subscription,
    SubscriptionItem,
)
from billing.projection import (
    balance,
    credit_notes,
    customers,
    disputes,
    invoices,
    payment_methods,
    payments,
    prices,
    products,
    subscriptions,
)
from billing.projection.snapshot import Projectable
from billing.projection.upsert import projected_fields


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a noun: the rows that the mapping makes of an object, found again under `key`; `parent` is the
    column that names the object where the rows are its children."""

    model: type[models.Model]
    rows: Callable[[Projectable], Sequence[models.Model]]
    key: str = "stripe_id"
    parent: str = ""

    @property
    def fields(self) -> list[str]:
        return customers.FIELDS if self.model is Organization else projected_fields(self.model, self.key)


def _one(mapping: Callable[[Projectable], models.Model]) -> Callable[[Projectable], Sequence[models.Model]]:
    return lambda one: [] if one.deleted else [mapping(one)]


def _owned(mapping: Callable[[Projectable], models.Model]) -> Callable[[Projectable], Sequence[models.Model]]:
    """Without a customer it is nobody's and has no row."""
    return lambda one: [] if one.deleted or one.organization_id is None else [mapping(one)]


TABLES: dict[str, list[Table]] = {
    "customer": [Table(Organization, _one(customers.organization), key="stripe_customer_id")],
    "product": [Table(Plan, _one(products.plan), key="stripe_product_id")],
    "price": [Table(Price, _one(prices.price))],
    "payment_method": [Table(PaymentMethod, _owned(payment_methods.method))],
    "subscription": [
        Table(Subscription, _one(subscriptions.subscription)),
        Table(SubscriptionItem, subscriptions.items, parent="subscription_id"),
    ],
    "invoice": [
        Table(Invoice, _one(invoices.invoice)),
        Table(InvoiceLine, invoices.lines, parent="invoice_id"),
    ],
    "payment_intent": [Table(Payment, _owned(payments.payment))],
    "charge": [Table(PaymentAttempt, _owned(payments.attempt))],
    "refund": [Table(Refund, _one(payments.refund))],
    "invoice_payment": [Table(InvoicePayment, _one(payments.invoice_payment))],
    "credit_note": [
        Table(CreditNote, _one(credit_notes.credit_note)),
        Table(CreditNoteLine, credit_notes.lines, parent="credit_note_id"),
    ],
    "dispute": [Table(Dispute, _owned(disputes.dispute))],
    "balance_transaction": [Table(BalanceTransaction, _one(balance.balance_transaction))],
    "payout": [Table(Payout, _one(balance.payout))],
}


def standing_on(row: models.Model, present: models.Model | None) -> models.Model:
    """An organization keeps what Stripe does not say, such as its currency before the first invoice."""
    if not isinstance(row, Organization) or not isinstance(present, Organization):
        return row
    kept = copy.copy(present)
    for name in customers.FIELDS:
        setattr(kept, name, getattr(row, name))
    kept.currency = row.currency or present.currency
    if present.erased_at is not None:
        for name in customers.PERSONAL:
            setattr(kept, name, getattr(present, name))
    return kept
