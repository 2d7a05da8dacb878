"""What an organization has, owes and paid; the only code that talks to Stripe.

Owns: organizations, plans, subscriptions, invoices, payments, and the inbox of what Stripe said.
May import: audit. Ways through it: Stripe to us `inbox -> projection -> handlers`; a person acts
`admin | api -> services -> StripeCommand -> gateway -> projection` (docs/architecture.md).
"""
