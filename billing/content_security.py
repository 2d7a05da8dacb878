"""The content policy of pages that take a card: Stripe's script draws the fields, in frames of Stripe's own."""

from csp.decorators import csp_update

STRIPE = {
    "script-src": ["https://js.stripe.com"],
    "connect-src": ["https://api.stripe.com"],
    "frame-src": ["https://js.stripe.com", "https://hooks.stripe.com"],
}

takes_a_card = csp_update(STRIPE)
"""Decorates a view. Everywhere else Stripe's hosts are as foreign as any other."""
