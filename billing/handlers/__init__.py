"""What events mean, beyond the rows that the projection writes: facts, and entries in the log.

One file per Stripe noun. Importing this package registers them all.
"""

from billing.handlers import (
    charges,
    checkout,
    customers,
    invoices,
    payment_intents,
    payment_methods,
    subscriptions,
    trial,
)

__all__ = [
    "charges",
    "checkout",
    "customers",
    "invoices",
    "payment_intents",
    "payment_methods",
    "subscriptions",
    "trial",
]
