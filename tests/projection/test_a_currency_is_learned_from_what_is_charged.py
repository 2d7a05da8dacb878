"""Stripe sets a customer's currency with its first subscription or invoice and tells nobody: those objects tell."""

import pytest

from billing.models import Organization, StripeObject
from billing.projection import customers, invoices, subscriptions
from tests.factories import OrganizationFactory
from tests.projection.seen import projectable
from tests.projection.snapshots import customer, invoice, subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(stripe_customer_id="cus_1", currency="usd")


def stored(**fields: object) -> None:
    StripeObject.objects.create(stripe_id="cus_1", object_type="customer", api_version="", snapshot=customer(**fields))


def currency() -> str:
    return Organization.objects.get(stripe_customer_id="cus_1").currency


def test_the_first_subscription_tells(organization: Organization) -> None:
    stored(currency=None)
    subscriptions.project([projectable(subscription(currency="eur"), organization)])
    assert currency() == "eur"


def test_the_first_invoice_tells(organization: Organization) -> None:
    invoices.project([projectable(invoice(currency="jpy"), organization)])
    assert currency() == "jpy"


def test_what_the_customer_itself_says_counts_more(organization: Organization) -> None:
    """An old invoice in another currency, paid late, changes nothing."""
    stored(currency="usd")
    invoices.project([projectable(invoice(currency="eur"), organization)])
    assert currency() == "usd"


def test_a_customer_seen_later_without_one_keeps_it(organization: Organization) -> None:
    subscriptions.project([projectable(subscription(currency="eur"), organization)])
    customers.project([projectable(customer(currency=None))])
    assert currency() == "eur"


def test_others_are_left_alone(organization: Organization) -> None:
    OrganizationFactory(stripe_customer_id="cus_2", currency="usd")
    subscriptions.project([projectable(subscription(currency="eur"), organization)])
    assert Organization.objects.get(stripe_customer_id="cus_2").currency == "usd"
