"""A lock would be held for as long as Stripe takes."""

import pytest
from django.db import transaction

from audit.actor import Actor
from billing.gateway.client import ask
from billing.gateway.errors import OpenTransaction
from billing.models import Organization, StripeCommand
from billing.services import organizations
from tests.services.scenes import at_stripe

pytestmark = pytest.mark.usefixtures("committing")


def test_the_gateway_refuses(sandbox: str) -> None:
    with transaction.atomic(), pytest.raises(OpenTransaction):
        ask("get", "/v1/customers", operation="customers.list")


def test_a_service_inside_a_transaction_leaves_nothing_behind(sandbox: str, by: Actor) -> None:
    with pytest.raises(OpenTransaction), transaction.atomic():
        organizations.register(name="Acme", email="acme@example.com", by=by)
    assert not Organization.objects.exists()
    assert not StripeCommand.objects.exists()
    assert at_stripe(sandbox, "customers") == []
