"""What can be set about the account, by `/_sandbox/settings`."""

from sandbox.jsons import Json

DEFAULTS: Json = {
    "seed": "countinghouse",
    "finalize_after": 3600,
    "retry_days": [3, 5, 7],
    "after_retries": "canceled",
    "upcoming_days": 7,
    "will_be_due_days": 0,
    "business_name": "Countinghouse Demo",
    "country": "US",
    "default_currency": "usd",
    "test_clocks": 100,
    "test_clock_customers": 3,
    "test_clock_subscriptions": 3,
    "test_clock_intervals": 2,
    "test_clock_days": 30,
    "public_url": None,
    "invoice_after_retries": "open",
    "payout_interval": "daily",
    "debit_days": {"us_bank_account": 4, "sepa_debit": 5},
}
"""`finalize_after`: seconds a renewal's draft waits. `retry_days`: days after the first failed attempt of an invoice.
`after_retries`: what the subscription becomes (canceled, unpaid, past_due). `upcoming_days`: 0 for no event.
`will_be_due_days`: how long before its due date a sent invoice says so; 0 for no event.
`test_clocks` of the account, `test_clock_customers` of a clock, `test_clock_subscriptions` of such a customer and
`test_clock_intervals` per advance are limits (0: none); a clock deletes itself after `test_clock_days`.
`public_url`: where browsers reach the sandbox, without a slash at the end; None: where it listens.
`invoice_after_retries`: what the invoice becomes then (open, uncollectible). `payout_interval`: daily or manual.
`debit_days`: how many days a bank debit takes."""
