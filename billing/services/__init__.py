"""Way C, a person acts: lock, check, audit, StripeCommand; commit; then ask Stripe, and read its answer back."""
