"""From the sandbox's signed events through the inbox to the figures, in whatever order they arrive."""

import pytest
import stripe
from django.conf import settings
from django.utils import timezone

from analytics.ledger.check import check_all
from analytics.ledger.due import fold_due
from analytics.models import LedgerDue
from analytics.queries import movements, mrr, mrr_rows
from billing.models import Subscription, SubscriptionChange
from tests.analytics.told import moved
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def stripe_client(sandbox: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, base_addresses={"api": sandbox}, stripe_version=settings.STRIPE_API_VERSION
    )


def price(client: stripe.StripeClient, name: str, amount: int, interval: str = "month") -> str:
    product = client.v1.products.create({"name": name, "metadata": {"plan": name}})
    made = client.v1.prices.create(
        {"product": product.id, "currency": "usd", "unit_amount": amount, "recurring": {"interval": interval}}
    )
    return made.id


def customer(client: stripe.StripeClient) -> tuple[str, str]:
    made = client.v1.customers.create({"name": "Acme", "email": "acme@example.com"})
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": made.id})
    return made.id, method.id


@pytest.fixture
def hasty(stripe_client: stripe.StripeClient) -> None:
    """Subscribes, takes more, then another plan, pauses and resumes, all within a second or two; another tries."""
    starter, pro = price(stripe_client, "starter", 2900), price(stripe_client, "pro", 94800, "year")
    owner, method = customer(stripe_client)
    subscriptions = stripe_client.v1.subscriptions
    made = subscriptions.create({"customer": owner, "items": [{"price": starter}], "default_payment_method": method})
    item = made["items"]["data"][0]["id"]
    for changes in (
        {"items": [{"id": item, "quantity": 4}]},
        {"items": [{"id": item, "quantity": 2}]},
        {"items": [{"id": item, "quantity": 4}]},
        {"items": [{"id": item, "price": pro, "quantity": 3}]},
        {"pause_collection": {"behavior": "void"}},
        {"pause_collection": ""},
        {"metadata": {"seen": "yes"}},
    ):
        subscriptions.update(made.id, changes)
    owner, method = customer(stripe_client)
    subscriptions.create(
        {"customer": owner, "items": [{"price": starter}], "default_payment_method": method, "trial_period_days": 14}
    )


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_hasty_customer_is_counted_as_stripe_shows_it_now(sandbox: str, hasty: None, seed: int | None) -> None:
    tally = deliver(sandbox, shuffle=seed, twice=seed is not None)
    assert tally.failed == 0
    assert LedgerDue.objects.count() == SubscriptionChange.objects.count() > 5
    fold_due(now=timezone.now())
    assert LedgerDue.objects.count() == 0
    now = timezone.now()
    assert mrr(now).value.amount == 3 * 94800 // 12
    (row,) = mrr_rows(now).rows
    current = Subscription.objects.get(status="active")
    assert (row.held.subscription, row.held.plan, row.held.revenue.item.quantity) == (current.stripe_id, "pro", 3)
    assert [(one.reason, one.count) for one in mrr_rows(now).excluded] == [("trialing", 1)]
    (bridge,) = movements(as_of=now).bridges[-1:]
    assert moved(bridge) == {"new": 23700}
    assert check_all().differences == []
