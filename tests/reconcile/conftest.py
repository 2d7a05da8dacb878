import pytest
import stripe
from django.conf import settings


@pytest.fixture
def stripe_client(sandbox: str) -> stripe.StripeClient:
    """Somebody else who uses the same Stripe account."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, base_addresses={"api": sandbox}, stripe_version=settings.STRIPE_API_VERSION
    )
