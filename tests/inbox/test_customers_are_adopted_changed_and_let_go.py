"""Stripe's customers are our organizations, whoever made them: "customer.created", "customer.updated" and
"customer.deleted"."""

from typing import Any

import pytest

from audit.models import AuditEntry
from billing.models import Organization
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")


def test_an_unknown_customer_becomes_an_organization(sandbox: str, stripe_client: Any) -> None:
    customer = stripe_client.v1.customers.create({"name": "Acme", "email": "acme@example.com"})
    deliver(sandbox)
    organization = Organization.objects.get(stripe_customer_id=customer.id)
    assert (organization.name, organization.email, organization.origin) == ("Acme", "acme@example.com", "stripe")
    assert AuditEntry.objects.get(action="organization.adopted").after["customer"] == customer.id


def test_a_change_at_stripe_reaches_the_organization_and_the_log_without_names(
    sandbox: str, stripe_client: Any
) -> None:
    customer = stripe_client.v1.customers.create({"name": "Acme", "email": "acme@example.com"})
    stripe_client.v1.customers.update(customer.id, {"name": "Acme Renamed"})
    deliver(sandbox)
    assert Organization.objects.get().name == "Acme Renamed"
    entry = AuditEntry.objects.get(action="organization.changed")
    assert entry.after["fields"] == ["name"]
    assert "Acme" not in str(entry.before) + str(entry.after)


@pytest.mark.parametrize("shuffle", [None, 1, 2, 3])
def test_a_deleted_customer_keeps_its_organization_marked_as_deleted(
    sandbox: str, stripe_client: Any, shuffle: int | None
) -> None:
    customer = stripe_client.v1.customers.create({"name": "Acme", "email": "acme@example.com"})
    stripe_client.v1.customers.delete(customer.id)
    deliver(sandbox, shuffle=shuffle)
    organization = Organization.objects.get()
    assert organization.deleted_at is not None
    assert organization.name == "Acme"
    assert AuditEntry.objects.filter(action="organization.deleted").count() == 1
