"""customer -> Organization."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from billing.gateway.fields import reference, required_moment
from billing.models import Organization, StripeObject
from billing.models.sets import Texts
from billing.projection.snapshot import NAME_LENGTH, Projectable
from billing.projection.writing import write

FIELDS = [
    "name",
    "email",
    "currency",
    "balance",
    "delinquent",
    "default_payment_method_id",
    "country",
    "metadata",
    "created_at",
]


PERSONAL = ["name", "email", "country", "metadata"]


def organization(one: Projectable) -> Organization:
    """What a customer's snapshot alone makes; no currency where Stripe has none for it yet."""
    made = Organization(stripe_customer_id=one.stripe_id, currency="")
    _apply(made, one)
    return made


def project(objects: list[Projectable]) -> None:
    """Zone, locale, anchor and origin are ours and stay; a deleted customer keeps what it had."""
    by_customer = {one.stripe_id: one for one in objects}
    organizations = list(Organization.objects.filter(stripe_customer_id__in=Texts(by_customer)).order_by("id"))
    for organization in organizations:
        _apply(organization, by_customer[str(organization.stripe_customer_id)])
    if organizations:  # all of them are there: bulk_update says it with a CASE for each cell
        write(Organization, organizations, key="id", updated=[*FIELDS, "deleted_at"])


def learn_currency(objects: list[Projectable]) -> None:
    """What a customer is charged in Stripe sets with its first subscription or invoice, and no event says so. Where
    the customer's own snapshot does not tell, these objects of it do."""
    charged_in = {one.organization_id: one.snapshot["currency"] for one in objects if one.organization_id}
    others = Organization.objects.filter(pk__in=charged_in).exclude(stripe_customer_id=None)
    differing = [one for one in others.only("currency", "stripe_customer_id") if one.currency != charged_in[one.pk]]
    if not differing:
        return
    customers = StripeObject.objects.filter(stripe_id__in=[one.stripe_customer_id for one in differing])
    told = {one.stripe_id for one in customers.only("stripe_id", "snapshot") if one.snapshot.get("currency")}
    for one in sorted(differing, key=lambda each: each.pk):
        if one.stripe_customer_id not in told:
            Organization.objects.filter(pk=one.pk).update(currency=charged_in[one.pk])


def _apply(organization: Organization, one: Projectable) -> None:
    customer = one.snapshot
    organization.deleted_at = _deleted_at(organization, one) if one.deleted else None
    if "created" not in customer:
        return  # the stub that Stripe answers for a deleted customer
    organization.created_at = required_moment(customer["created"])
    organization.currency = customer.get("currency") or organization.currency
    organization.balance = customer.get("balance") or 0
    organization.delinquent = bool(customer.get("delinquent"))
    settings = customer.get("invoice_settings") or {}
    organization.default_payment_method_id = reference(settings.get("default_payment_method"))
    if organization.erased_at is None:
        _tell(organization, customer)


def _tell(organization: Organization, customer: dict[str, Any]) -> None:
    """Who it is; an erased one keeps its placeholder."""
    organization.name = (customer.get("name") or "")[:NAME_LENGTH]
    organization.email = customer.get("email") or ""
    organization.country = _country(customer.get("address") or {})
    organization.metadata = customer.get("metadata") or {}


def _deleted_at(organization: Organization, one: Projectable) -> datetime:
    """An API answer does not say when the customer was deleted: then it counts from when we learned of it."""
    return one.event_time or organization.deleted_at or timezone.now()


def _country(address: dict[str, Any]) -> str:
    """ISO 3166-1 alpha-2. Old customers have free text there, from before Stripe checked it; that is left out."""
    country = address.get("country") or ""
    return country if len(country) == 2 else ""
