"""What events mean, beyond the rows that the projection writes: facts, and entries in the log.

One file per Stripe noun. Importing this package registers them all.
"""

from billing.handlers import (
    charges,
    checkout,
    credit_notes,
    customers,
    disputes,
    invoices,
    payment_intents,
    payment_methods,
    payouts,
    subscriptions,
    trial,
)

__all__ = [
    "charges",
    "checkout",
    "credit_notes",
    "customers",
    "disputes",
    "invoices",
    "payment_intents",
    "payment_methods",
    "payouts",
    "subscriptions",
    "trial",
]
