"""How each object looks: every key that Stripe sends, in one place per noun."""
