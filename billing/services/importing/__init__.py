"""Take over an existing Stripe account: read all of it beside the old system, compare, then cut over."""
