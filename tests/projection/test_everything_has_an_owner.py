"""Whose an object is: of the customer that it names, who becomes an organization at first sight."""

from typing import Any

import pytest

from billing.models import Organization, PaymentMethod, Plan, Price, Subscription
from billing.projection.apply import apply
from billing.projection.owners import ORGANIZATION_KEY, customers_of, organizations_for
from tests.factories import OrganizationFactory
from tests.projection.payments import charge, payment_intent
from tests.projection.seen import sighting, stored, told
from tests.projection.snapshots import START, Snapshot, customer, invoice, payment_method, price, product, subscription

pytestmark = pytest.mark.django_db


def linked(stripe_id: str, public_id: str) -> Snapshot:
    return customer(stripe_id, metadata={ORGANIZATION_KEY: public_id})


@pytest.mark.parametrize(
    "snapshot", [subscription(), invoice(), payment_intent(), charge(), payment_method()], ids=lambda one: one["object"]
)
def test_a_customer_first_heard_of_through_another_object_is_an_organization(snapshot: Snapshot) -> None:
    outcome = told(snapshot)
    organization = Organization.objects.get()
    assert (organization.stripe_customer_id, organization.origin) == ("cus_1", "stripe")
    assert outcome.owners == {snapshot["id"]: organization.pk}


def test_the_customers_own_snapshot_fills_it_in() -> None:
    told(subscription())
    before = Organization.objects.get()
    assert (before.name, before.email) == ("", "")
    told(customer())
    after = Organization.objects.get()
    assert (after.pk, after.public_id, after.name) == (before.pk, before.public_id, "Acme")


@pytest.mark.parametrize("named", ["cus_1", {"id": "cus_1", "object": "customer"}, {"id": "cus_1", "deleted": True}])
def test_the_customer_may_be_expanded_or_deleted(named: Any) -> None:
    told(subscription(customer=named))
    assert Subscription.objects.get().organization.stripe_customer_id == "cus_1"


def test_objects_of_one_customer_have_one_organization() -> None:
    told(customer(), subscription(), invoice(), payment_intent(), payment_method())
    assert Organization.objects.count() == 1


def test_the_catalog_belongs_to_nobody() -> None:
    outcome = told(product(), price())
    assert outcome.owners == {"prod_1": None, "price_1": None}
    assert (Plan.objects.count(), Price.objects.count()) == (1, 1)
    assert not Organization.objects.exists()


def test_an_object_without_rows_of_its_own_is_kept_as_a_snapshot() -> None:
    session = {"id": "cs_1", "object": "checkout.session", "customer": "cus_1", "status": "complete", "livemode": False}
    outcome = told(session)
    assert outcome.owners == {"cs_1": Organization.objects.get().pk}
    assert stored("cs_1").snapshot == session


def test_our_own_organization_finds_its_customer_by_the_metadata_that_we_gave_it() -> None:
    """The process that made the customer may have died before it could write down the id."""
    ours = OrganizationFactory(stripe_customer_id=None, public_id="org_ours", origin="signup")
    told(linked("cus_1", "org_ours"))
    organization = Organization.objects.get()
    assert (organization.pk, organization.stripe_customer_id, organization.origin) == (ours.pk, "cus_1", "signup")


def test_an_organization_that_has_a_customer_keeps_it() -> None:
    """Whoever writes our key into another customer's metadata cannot take an organization over."""
    OrganizationFactory(stripe_customer_id="cus_1", public_id="org_ours", name="Ours")
    told(linked("cus_2", "org_ours"))
    assert Organization.objects.get(public_id="org_ours").stripe_customer_id == "cus_1"
    assert Organization.objects.get(stripe_customer_id="cus_2").public_id != "org_ours"


def test_a_customer_that_has_an_organization_keeps_it() -> None:
    known = OrganizationFactory(stripe_customer_id="cus_1")
    other = OrganizationFactory(stripe_customer_id=None, public_id="org_other", name="Other")
    told(linked("cus_1", "org_other"))
    other.refresh_from_db()
    assert (other.stripe_customer_id, other.name) == (None, "Other")
    assert Organization.objects.get(stripe_customer_id="cus_1").pk == known.pk


def test_of_two_customers_that_name_one_organization_one_gets_it() -> None:
    OrganizationFactory(stripe_customer_id=None, public_id="org_ours")
    told(linked("cus_2", "org_ours"), linked("cus_1", "org_ours"))
    assert Organization.objects.get(public_id="org_ours").stripe_customer_id == "cus_1"
    assert Organization.objects.count() == 2


@pytest.mark.parametrize("metadata", [None, {}, {ORGANIZATION_KEY: ""}, {ORGANIZATION_KEY: "org_of_nobody"}])
def test_without_a_known_name_the_customer_is_new(metadata: Any) -> None:
    ours = OrganizationFactory(stripe_customer_id=None, public_id="org_ours")
    told(customer(metadata=metadata))
    ours.refresh_from_db()
    assert ours.stripe_customer_id is None
    assert Organization.objects.get(stripe_customer_id="cus_1").origin == "stripe"


def test_only_a_customers_metadata_links() -> None:
    """Stripe copies metadata from subscriptions to invoices and further; none of those says who the customer is."""
    ours = OrganizationFactory(stripe_customer_id=None, public_id="org_ours")
    told(subscription(metadata={ORGANIZATION_KEY: "org_ours"}))
    ours.refresh_from_db()
    assert ours.stripe_customer_id is None


def test_what_names_its_customer_no_more_says_in_the_event_whose_it_was() -> None:
    detached = sighting(payment_method(customer=None), previous={"customer": "cus_1"})
    outcome = apply([detached])
    assert PaymentMethod.objects.get().organization.stripe_customer_id == "cus_1"
    assert outcome.owners["pm_1"] == Organization.objects.get().pk


def test_organizations_are_looked_up_for_all_customers_at_once(django_assert_num_queries: Any) -> None:
    for number in range(10):
        OrganizationFactory(stripe_customer_id=f"cus_{number}")
    with django_assert_num_queries(1):
        found = organizations_for([f"cus_{number}" for number in range(10)] * 2 + [""])
    assert len(found) == 10
    with django_assert_num_queries(3):  # look, make, look again: another worker may have been faster
        organizations_for(["cus_new", "cus_3", "cus_newer"])


def test_no_customer_is_no_organization() -> None:
    assert organizations_for(["", ""]) == {}
    assert not Organization.objects.exists()


def test_an_event_that_came_late_has_an_owner_too() -> None:
    """Its fact is recorded though its snapshot is not."""
    told(subscription(), time=START + 10)
    outcome = told(subscription(status="incomplete"), time=START)
    assert outcome.owners == {"sub_1": Organization.objects.get().pk}


def test_what_names_its_customer_is_looked_up_nowhere(django_assert_num_queries: Any) -> None:
    told(charge("ch_1"), charge("ch_2", customer="cus_2"))
    objects = [stored("ch_1"), stored("ch_2")]
    with django_assert_num_queries(0):
        assert customers_of(objects) == {"ch_1": "cus_1", "ch_2": "cus_2"}
