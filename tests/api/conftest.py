"""Callers of the API: `api` with the organization's key, `staff_api` with the installation's."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import Organization
from tests.api.calls import Api
from tests.factories import (
    InvoiceFactory,
    InvoiceLineFactory,
    OrganizationFactory,
    PlanFactory,
    PriceFactory,
    SubscriptionFactory,
    SubscriptionItemFactory,
    api_key,
)


@pytest.fixture
def organization(db: None) -> Organization:
    return OrganizationFactory()


@pytest.fixture
def api(organization: Organization) -> Api:
    return Api(api_key(organization, *OF_AN_ORGANIZATION))


@pytest.fixture
def staff_api(db: None) -> Api:
    return Api(api_key(None, *Scope))


@pytest.fixture
def subscribed() -> Callable[..., Any]:
    """Gives an organization a live subscription to a plan of its own."""

    def subscribe(organization: Organization, **fields: Any) -> Any:
        price = PriceFactory(plan=PlanFactory())
        subscription = SubscriptionFactory(organization=organization, **fields)
        SubscriptionItemFactory(subscription=subscription, price=price)
        return subscription

    return subscribe


@pytest.fixture
def invoiced() -> Callable[..., Any]:
    """Gives an organization an invoice with two lines."""

    def invoice(organization: Organization, **fields: Any) -> Any:
        made = InvoiceFactory(organization=organization, **fields)
        InvoiceLineFactory(invoice=made, position=0, amount=2000)
        InvoiceLineFactory(invoice=made, position=1, amount=900)
        return made

    return invoice
