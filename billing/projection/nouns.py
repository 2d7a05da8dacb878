"""Every noun that has typed rows, in the order of dependence."""

from collections.abc import Callable

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

PROJECTIONS: dict[str, Callable[[list[Projectable]], None]] = {
    "customer": customers.project,
    "product": products.project,
    "price": prices.project,
    "payment_method": payment_methods.project,
    "subscription": subscriptions.project,
    "invoice": invoices.project,
    "payment_intent": payments.project_payment_intents,
    "charge": payments.project_charges,
    "refund": payments.project_refunds,
    "invoice_payment": payments.project_invoice_payments,
    "credit_note": credit_notes.project,
    "dispute": disputes.project,
    "balance_transaction": balance.project_balance_transactions,
    "payout": balance.project_payouts,
}
# Without a known customer these wait for the object that says whose they are.
ALWAYS_OWNED = frozenset({"customer", "subscription", "invoice", "refund", "invoice_payment", "credit_note", "dispute"})


def is_projected(object_type: str) -> bool:
    return object_type in PROJECTIONS
