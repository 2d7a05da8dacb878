"""Events arrive in any order: a line before its invoice, an item before its price. Nothing is refused for that, and
nothing disappears when what it names goes; but an organization with money in its books cannot be deleted."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from billing import models
from tests import factories
from tests.factories import START, OrganizationFactory

pytestmark = pytest.mark.django_db


def test_an_item_before_its_subscription_and_price() -> None:
    organization = OrganizationFactory()
    models.SubscriptionItem.objects.create(
        stripe_id="si_1",
        organization=organization,
        subscription_id="sub_later",
        price_id="price_later",
        stripe_created_at=START,
    )
    subscription = factories.SubscriptionFactory(stripe_id="sub_later", organization=organization)
    price = factories.PriceFactory(stripe_id="price_later")
    item = subscription.items.select_related("price").get()
    assert (item.stripe_id, item.price) == ("si_1", price)


def test_an_invoice_before_its_subscription() -> None:
    invoice = factories.InvoiceFactory(subscription_id="sub_later")
    subscription = factories.SubscriptionFactory(stripe_id="sub_later")
    assert list(subscription.invoices.all()) == [invoice]


def test_a_price_before_its_product() -> None:
    price = factories.PriceFactory(plan_id="prod_later", plan=None)
    plan = factories.PlanFactory(stripe_product_id="prod_later")
    assert list(plan.prices.all()) == [price]


def test_a_charge_before_its_payment() -> None:
    organization = OrganizationFactory()
    models.PaymentAttempt.objects.create(
        stripe_id="ch_1",
        organization=organization,
        payment_id="pi_later",
        status="succeeded",
        amount=1,
        currency="usd",
        created_at=START,
    )
    payment = factories.PaymentFactory(stripe_id="pi_later", organization=organization)
    assert payment.attempts.get().stripe_id == "ch_1"


def test_what_named_a_row_that_is_gone_still_says_which() -> None:
    line = factories.InvoiceLineFactory()
    named = line.invoice_id
    with transaction.atomic():
        models.Invoice.objects.filter(stripe_id=named).delete()
    line.refresh_from_db()
    assert line.invoice_id == named


OWNED: list[Any] = [
    factories.MembershipFactory,
    factories.SubscriptionFactory,
    factories.SubscriptionChangeFactory,
    factories.InvoiceFactory,
    factories.PaymentFactory,
    factories.PaymentAttemptFactory,
    lambda organization: models.ApiKey.issue(live=False, name="a", organization=organization),
    lambda organization: models.StripeCommand.objects.create(
        organization=organization, operation="x", idempotency_key="k", actor_kind="user", actor_id="1"
    ),
]


@pytest.mark.parametrize("make", OWNED)
def test_an_organization_that_owns_something_stays(make: Any) -> None:
    organization = OrganizationFactory()
    make(organization=organization)
    with pytest.raises(ProtectedError):
        organization.delete()
    assert models.Organization.objects.filter(pk=organization.pk).exists()


def test_a_person_who_goes_takes_the_memberships_along_and_nothing_else() -> None:
    membership = factories.MembershipFactory()
    organization = membership.organization
    membership.user.delete()
    assert not models.Membership.objects.exists()
    assert models.Organization.objects.filter(pk=organization.pk).exists()
