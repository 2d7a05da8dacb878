"""One file per Stripe noun: its operations and the parameters they take."""
