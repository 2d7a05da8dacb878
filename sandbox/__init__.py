"""A stand-in for Stripe's API: a separate process with its own store, clock, faults and signed webhooks.

Owns: nothing of the product. Imports nothing of the product and is imported by nothing of it; to the product it
is only the address in `STRIPE_API_BASE`.

Flow: `server` (HTTP) -> `application` (auth, version, faults, idempotency, one transaction) -> `routes` ->
`nouns/*` (one file per Stripe noun: parameters and shape) -> `lives/*` (what happens over time: billing cycles,
collection, proration, endings) -> `store` (one SQLite file). `events` records what happened, `delivery` sends it.
"""

API_VERSION = "2026-08-26.dahlia"
ACCOUNT_ID = "acct_1Sandbox0Countinghse"
