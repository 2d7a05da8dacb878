"""Whose an object is."""

from collections.abc import Iterable, Mapping, Sequence

from billing.domain.personal import ORGANIZATION_KEY
from billing.gateway.fields import customer_of, reference
from billing.models import Organization, PaymentMethod, StripeObject
from billing.models.organization import Origin
from billing.models.sets import Texts

# Objects that name no customer: the field of the object that does, in order of preference.
PARENT_FIELDS: dict[str, tuple[str, ...]] = {
    "refund": ("charge", "payment_intent"),
    "invoice_payment": ("invoice",),
    "dispute": ("charge", "payment_intent"),
    "balance_transaction": ("source",),
}


def link_customers(objects: Sequence[StripeObject]) -> None:
    """Tell our own organizations which customer is theirs, by the metadata that we gave it."""
    for one in sorted(objects, key=lambda one: one.stripe_id):
        public_id = (
            (one.snapshot.get("metadata") or {}).get(ORGANIZATION_KEY) if one.object_type == "customer" else None
        )
        if public_id and not Organization.objects.filter(stripe_customer_id=one.stripe_id).exists():
            Organization.objects.filter(public_id=public_id, stripe_customer_id=None).update(
                stripe_customer_id=one.stripe_id
            )


def customers_of(objects: Sequence[StripeObject]) -> dict[str, str]:
    """Stripe id -> customer id, "" where the object has none (yet)."""
    parents = _parents(objects)
    theirs = customers_of(parents) if parents else {}  # a movement of the balance names a refund, that a charge
    return {one.stripe_id: _customer(one, theirs) for one in objects}


def _customer(one: StripeObject, parents: Mapping[str, str]) -> str:
    found = customer_of(one.snapshot) or customer_of(one.previous)
    if found:
        return found
    for field in PARENT_FIELDS.get(one.object_type, ()):
        if customer := parents.get(reference(one.snapshot.get(field))):
            return customer
    return ""


def _parents(objects: Sequence[StripeObject]) -> list[StripeObject]:
    wanted = {
        reference(one.snapshot.get(field)) for one in objects for field in PARENT_FIELDS.get(one.object_type, ())
    } - {""}
    return list(StripeObject.objects.filter(stripe_id__in=Texts(wanted))) if wanted else []


def organizations_for(customers: Iterable[str]) -> dict[str, int]:
    """Customer id -> organization's primary key. A customer that we do not know becomes an organization at once;
    the customer's own snapshot fills it in."""
    wanted = sorted(set(customers) - {""})
    known = _known(wanted)
    unknown = [customer for customer in wanted if customer not in known]
    if unknown:
        Organization.objects.bulk_create(
            [Organization(stripe_customer_id=customer, origin=Origin.STRIPE) for customer in unknown],
            ignore_conflicts=True,
        )
        known = _known(wanted)
    return known


def _known(customers: Sequence[str]) -> dict[str, int]:
    pairs = Organization.objects.filter(stripe_customer_id__in=Texts(customers)).values_list("stripe_customer_id", "pk")
    return {str(customer): pk for customer, pk in pairs}


def erased_among(organization_ids: Iterable[int | None]) -> set[int]:
    """Those of which nothing personal may be kept any more."""
    wanted = {pk for pk in organization_ids if pk is not None}
    return set(Organization.objects.filter(pk__in=wanted).exclude(erased_at=None).values_list("pk", flat=True))


def erased_methods(stripe_ids: Sequence[str]) -> set[str]:
    """Payment methods that name no customer any more, and were an erased organization's."""
    if not any(one.startswith("pm_") for one in stripe_ids):
        return set()  # prices and products are nobody's too
    theirs = PaymentMethod.objects.filter(stripe_id__in=stripe_ids).exclude(organization__erased_at=None)
    return set(theirs.values_list("stripe_id", flat=True))
