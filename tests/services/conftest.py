"""One Stripe for all tests here that need no commit: each has a customer of its own, and its rows are rolled back."""

from collections.abc import Iterator

import pytest
import stripe
from django.conf import settings as configured

from audit.actor import Actor
from billing.gateway import client
from billing.models import Organization, Subscription
from billing.services import organizations, subscriptions
from tests.factories import PlanFactory, PriceFactory
from tests.sandbox.running import running_sandbox
from tests.services.one_account import AMOUNTS, PLANS, Shared


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    """A running sandbox with the products and prices of `AMOUNTS`."""
    with running_sandbox() as base:
        calls = stripe.StripeClient(
            configured.STRIPE_SECRET_KEY,
            base_addresses={"api": base},
            stripe_version=configured.STRIPE_API_VERSION,
        ).v1
        products = {code: calls.products.create({"name": name}).id for code, name in PLANS.items()}
        prices = {
            (code, interval, currency): calls.prices.create(
                {
                    "product": products[code],
                    "currency": currency,
                    "unit_amount": amount,
                    "recurring": {"interval": interval},
                }
            ).id
            for (code, interval, currency), amount in AMOUNTS.items()
        }
        yield Shared(base, products, prices)


@pytest.fixture
def at_hand(shared: Shared, db: None, settings: pytest.FixtureRequest) -> Iterator[Shared]:
    """The shared Stripe, with its catalog in our rows."""
    settings.STRIPE_API_BASE = shared.base
    client._client.cache_clear()
    plans = {
        code: PlanFactory(code=code, name=name, stripe_product_id=shared.products[code]) for code, name in PLANS.items()
    }
    for (code, interval, currency), stripe_id in shared.prices.items():
        PriceFactory(
            stripe_id=stripe_id,
            plan=plans[code],
            interval=interval,
            currency=currency,
            unit_amount=AMOUNTS[code, interval, currency],
        )
    yield shared
    client._client.cache_clear()


@pytest.fixture
def customer(at_hand: Shared, by: Actor) -> Organization:
    return organizations.register(name="Acme", email="acme@example.com", by=by)


@pytest.fixture
def paying(customer: Organization, by: Actor) -> Subscription:
    """An active monthly subscription to Professional, paid by card."""
    return subscriptions.start(organization=customer, plan_code="professional", payment_method="pm_card_visa", by=by)
