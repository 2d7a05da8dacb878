"""Stripe takes longer names than our columns; an event must not die of one."""

from typing import Any

import pytest
from django.utils import timezone

from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Organization, Plan, Price
from tests.inbox.signups import body
from tests.stripe_events import all_events

LONG = "Long name " * 30
pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def stripe_client(sandbox: str) -> Any:
    import stripe
    from django.conf import settings

    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, base_addresses={"api": sandbox}, stripe_version=settings.STRIPE_API_VERSION
    )


def test_names_of_customers_plans_and_prices(sandbox: str, stripe_client: Any) -> None:
    product = stripe_client.v1.products.create({"name": "Short"})
    stripe_client.v1.prices.create({"product": product.id, "currency": "usd", "unit_amount": 100})
    stripe_client.v1.customers.create({"name": "Short"})
    for event in all_events(sandbox):
        shown = event["data"]["object"]
        shown.update({name: LONG for name in ("name", "nickname") if name in shown})
        receive(body(event), now=timezone.now())
    assert process_due().failed == 0
    assert Organization.objects.get().name == LONG[:255]
    assert Plan.objects.get().name == LONG[:255]
    assert Price.objects.get().nickname == LONG[:255]
