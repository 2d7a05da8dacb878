"""Is Stripe there, and does it take our key?"""

from billing.gateway.client import ask


def check_stripe() -> None:
    """Raises a fault of `billing.gateway.errors` where Stripe does not answer or refuses the key."""
    ask("get", "/v1/products", {"limit": 1}, operation="products.list", watch=True)
