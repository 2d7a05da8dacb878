"""Rows for tests, with as little said as possible."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from billing import models
from billing.domain.permissions import Role

START = datetime(2026, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Sequence(lambda n: f"User {n}")
    password = factory.django.Password("correct horse battery staple")


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Organization

    name = factory.Sequence(lambda n: f"Organization {n}")
    email = factory.Sequence(lambda n: f"billing{n}@example.com")
    stripe_customer_id = factory.Sequence(lambda n: f"cus_{n:014d}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Membership

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Plan

    code = factory.Sequence(lambda n: f"plan{n}")
    name = factory.Sequence(lambda n: f"Plan {n}")
    stripe_product_id = factory.Sequence(lambda n: f"prod_{n:014d}")
    public = True


class FeatureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Feature

    code = factory.Sequence(lambda n: f"feature{n}")
    name = factory.Sequence(lambda n: f"Feature {n}")


class PlanFeatureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.PlanFeature

    plan = factory.SubFactory(PlanFactory)
    feature = factory.SubFactory(FeatureFactory)
    limit = 1000


class PriceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Price

    stripe_id = factory.Sequence(lambda n: f"price_{n:014d}")
    plan = factory.SubFactory(PlanFactory)
    currency = "usd"
    unit_amount = 2900
    unit_amount_decimal = factory.LazyAttribute(lambda price: str(price.unit_amount))
    interval = "month"
    usage_type = "licensed"
    stripe_created_at = START


class SubscriptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Subscription

    stripe_id = factory.Sequence(lambda n: f"sub_{n:014d}")
    organization = factory.SubFactory(OrganizationFactory)
    status = "active"
    currency = "usd"
    current_period_start = START
    current_period_end = START + timedelta(days=31)
    stripe_created_at = START


class SubscriptionItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.SubscriptionItem

    stripe_id = factory.Sequence(lambda n: f"si_{n:014d}")
    subscription = factory.SubFactory(SubscriptionFactory)
    organization = factory.SelfAttribute("subscription.organization")
    price = factory.SubFactory(PriceFactory)
    quantity = 1
    current_period_start = factory.SelfAttribute("subscription.current_period_start")
    current_period_end = factory.SelfAttribute("subscription.current_period_end")
    stripe_created_at = START


class SubscriptionChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.SubscriptionChange

    subscription_id = factory.Sequence(lambda n: f"sub_{n:014d}")
    organization = factory.SubFactory(OrganizationFactory)
    source_id = factory.Sequence(lambda n: f"evt_{n:014d}")
    event_type = "customer.subscription.updated"
    cause = "updated"
    effective_at = START
    state = factory.LazyFunction(dict)


class InvoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Invoice

    stripe_id = factory.Sequence(lambda n: f"in_{n:014d}")
    organization = factory.SubFactory(OrganizationFactory)
    number = factory.Sequence(lambda n: f"TEST-{n:04d}")
    status = "paid"
    currency = "usd"
    subtotal = total = amount_due = amount_paid = 2900
    amount_remaining = 0
    issued_at = START
    stripe_created_at = START


class InvoiceLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.InvoiceLine

    stripe_id = factory.Sequence(lambda n: f"il_{n:014d}")
    invoice = factory.SubFactory(InvoiceFactory)
    organization = factory.SelfAttribute("invoice.organization")
    description = "1 × Plan"
    amount = 2900
    currency = "usd"
    quantity = 1


class PaymentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Payment

    stripe_id = factory.Sequence(lambda n: f"pi_{n:014d}")
    organization = factory.SubFactory(OrganizationFactory)
    status = "succeeded"
    amount = amount_received = 2900
    currency = "usd"
    method = "card"
    created_at = START


class PaymentAttemptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.PaymentAttempt

    stripe_id = factory.Sequence(lambda n: f"ch_{n:014d}")
    payment = factory.SubFactory(PaymentFactory)
    organization = factory.SelfAttribute("payment.organization")
    status = "succeeded"
    amount = 2900
    currency = "usd"
    card_brand = "visa"
    card_last_four = "4242"
    created_at = START


def api_key(organization: models.Organization | None = None, *scopes: str, **fields: Any) -> str:
    """The secret of a new key; of the installation where no organization is given."""
    return models.ApiKey.issue(live=False, name="Test", organization=organization, scopes=list(scopes), **fields).secret
