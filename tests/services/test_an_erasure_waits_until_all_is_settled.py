"""Refused while something is open between us and the customer; the answer says all of it, and what to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing import models
from billing.services import erasure
from billing.services.erasure import CannotErase
from tests.factories import InvoiceFactory, OrganizationFactory, PaymentFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> models.Organization:
    return OrganizationFactory()


def command(organization: models.Organization, **fields: Any) -> models.StripeCommand:
    given = {"operation": "x", "idempotency_key": "k", "actor_kind": "system", "actor_id": "system"}
    return models.StripeCommand.objects.create(organization=organization, **{**given, **fields})


OPEN: dict[str, Any] = {
    "Cancel them first": lambda org: SubscriptionFactory(organization=org, status="past_due"),
    "Money is owed on": lambda org: InvoiceFactory(organization=org, status="open", amount_remaining=100),
    "Finalize or delete them first": lambda org: InvoiceFactory(organization=org, status="draft"),
    "Payments are under way": lambda org: PaymentFactory(organization=org, status="processing"),
    "Stripe has not answered": lambda org: command(org, status="unknown"),
    "A balance of -500": lambda org: models.Organization.objects.filter(pk=org.pk).update(balance=-500),
}


@pytest.mark.parametrize("words", OPEN)
def test_each_is_refused_with_what_to_do(organization: models.Organization, words: str, by: Any) -> None:
    OPEN[words](organization)
    organization.refresh_from_db()
    with pytest.raises(CannotErase, match=words):
        erasure.what_is_there(organization=organization)
    with pytest.raises(CannotErase, match=words):
        erasure.erase(organization=organization, reason="Asked", by=by)
    organization.refresh_from_db()
    assert (organization.erased_at, organization.name != "") == (None, True)
    assert not AuditEntry.objects.exists()


def test_everything_is_told_at_once(organization: models.Organization, by: Any) -> None:
    for make in OPEN.values():
        make(organization)
    organization.refresh_from_db()
    with pytest.raises(CannotErase) as refused:
        erasure.erase(organization=organization, reason="Asked", by=by)
    assert all(words in refused.value.detail for words in OPEN)


def test_what_is_over_holds_nothing_up(organization: models.Organization, by: Any) -> None:
    SubscriptionFactory(organization=organization, status="canceled")
    SubscriptionFactory(organization=organization, status="incomplete_expired")
    for status in ("paid", "void", "uncollectible"):
        InvoiceFactory(organization=organization, status=status)
    PaymentFactory(organization=organization, status="requires_payment_method")
    command(organization, status="unknown", created_at=timezone.now() - timedelta(days=2))
    erasure.erase(organization=organization, reason="Asked", by=by)
    assert organization.erased_at is not None


def test_another_customers_debts_hold_nothing_up(organization: models.Organization, by: Any) -> None:
    for make in OPEN.values():
        make(OrganizationFactory())
    erasure.erase(organization=organization, reason="Asked", by=by)
    assert organization.name == f"Erased {organization.public_id}"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_is_needed(organization: models.Organization, reason: str, by: Any) -> None:
    with pytest.raises(CannotErase, match="Give a reason"):
        erasure.erase(organization=organization, reason=reason, by=by)


def test_an_organization_that_stripe_never_knew_is_erased_too(by: Any) -> None:
    organization = OrganizationFactory(stripe_customer_id=None)
    done = erasure.erase(organization=organization, reason="Asked", by=by)
    assert "djstripe_customer" not in done
    assert (organization.name, organization.email) == (f"Erased {organization.public_id}", "")
