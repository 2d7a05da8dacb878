"""customer -> Organization: what is Stripe's follows Stripe, what is ours stays whatever Stripe says."""

from typing import Any

import pytest

from billing.models import Organization
from billing.projection import customers
from tests.factories import OrganizationFactory
from tests.projection.seen import at, columns, projectable
from tests.projection.snapshots import DAY, START, Snapshot, customer, deleted_stub

pytestmark = pytest.mark.django_db

OURS = {"time_zone": "Asia/Kathmandu", "locale": "de", "anchor_day": 15, "origin": "staff", "erased_at": None}
FULL = customer(
    name="Acme Corp",
    email="pay@example.com",
    currency="eur",
    balance=-500,
    delinquent=True,
    invoice_settings={"default_payment_method": "pm_9"},
    address={"city": "Zurich", "country": "CH"},
    metadata={"team": "red"},
)
BARE = {key: FULL[key] for key in ("id", "object", "created", "livemode")}


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(stripe_customer_id="cus_1", public_id="org_1", **OURS)


def show(snapshot: Snapshot, **given: Any) -> dict[str, Any]:
    customers.project([projectable(snapshot, **given)])
    return columns(Organization.objects.get(stripe_customer_id=snapshot["id"]))


def test_every_column_comes_from_its_field(organization: Organization) -> None:
    assert show(FULL) == {
        "public_id": "org_1",
        "stripe_customer_id": "cus_1",
        **OURS,
        "name": "Acme Corp",
        "email": "pay@example.com",
        "currency": "eur",
        "balance": -500,
        "delinquent": True,
        "default_payment_method_id": "pm_9",
        "country": "CH",
        "metadata": {"team": "red"},
        "created_at": at(START),
        "deleted_at": None,
    }


def test_what_stripe_leaves_out_is_empty_and_the_currency_stays(organization: Organization) -> None:
    show(FULL)
    assert show(BARE) == {
        "public_id": "org_1",
        "stripe_customer_id": "cus_1",
        **OURS,
        "name": "",
        "email": "",
        "currency": "eur",
        "balance": 0,
        "delinquent": False,
        "default_payment_method_id": "",
        "country": "",
        "metadata": {},
        "created_at": at(START),
        "deleted_at": None,
    }


OPTIONAL = ["name", "email", "balance", "delinquent", "invoice_settings", "address", "metadata"]


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_is_as_good_as_absent(organization: Organization, field: str) -> None:
    absent = show({key: value for key, value in FULL.items() if key != field})
    show(FULL)
    assert show({**FULL, field: None}) == absent


@pytest.mark.parametrize("named", ["pm_9", {"id": "pm_9", "object": "payment_method"}])
def test_the_default_payment_method_may_be_expanded(organization: Organization, named: Any) -> None:
    shown = show(customer(invoice_settings={"default_payment_method": named}))
    assert shown["default_payment_method_id"] == "pm_9"


def test_a_default_payment_method_that_was_removed_leaves(organization: Organization) -> None:
    show(FULL)
    assert show(customer())["default_payment_method_id"] == ""


@pytest.mark.parametrize("country", ["United States", "Schweiz", "USA", "C"])
def test_a_country_that_is_no_code_is_left_out(organization: Organization, country: str) -> None:
    """Accounts from before Stripe checked it have whatever was typed; one such customer must not stop its events."""
    shown = show(customer(address={"country": country}))
    assert (shown["country"], shown["name"]) == ("", "Acme")


def test_a_customer_without_a_currency_keeps_ours(organization: Organization) -> None:
    """Stripe gives a customer its currency with the first invoice; until then ours counts."""
    show(customer(currency="eur"))
    assert show(customer(currency=None))["currency"] == "eur"


def test_a_new_currency_replaces_the_old(organization: Organization) -> None:
    show(customer(currency="eur"))
    assert show(customer(currency="jpy"))["currency"] == "jpy"


def test_a_deleted_customer_keeps_what_it_had(organization: Organization) -> None:
    before = show(FULL)
    after = show(FULL, deleted=True, event_time=at(START + DAY))
    assert after == {**before, "deleted_at": at(START + DAY)}


def test_the_stub_of_a_deleted_customer_empties_nothing(organization: Organization) -> None:
    before = show(FULL)
    after = show(deleted_stub(), deleted=True, event_time=at(START + DAY))
    assert after == {**before, "deleted_at": at(START + DAY)}


def test_a_deletion_that_nobody_dated_counts_from_when_we_learned_of_it(organization: Organization) -> None:
    """An API answer has no time. Learning it again does not move the time."""
    first = show(deleted_stub(), deleted=True)["deleted_at"]
    assert first is not None
    assert show(deleted_stub(), deleted=True)["deleted_at"] == first


def test_a_customer_seen_again_after_all_is_not_deleted(organization: Organization) -> None:
    show(FULL, deleted=True, event_time=at(START + DAY))
    assert show(FULL)["deleted_at"] is None


def test_only_the_customers_that_were_given_are_touched(organization: Organization) -> None:
    other = OrganizationFactory(stripe_customer_id="cus_2", name="Other")
    before = columns(other)
    show(FULL)
    assert columns(other) == before


def test_a_customer_whose_organization_is_not_there_makes_none() -> None:
    """Making organizations is the owners' part; the mapping only fills in."""
    customers.project([projectable(FULL)])
    assert not Organization.objects.exists()


def test_many_customers_are_written_at_once(django_assert_num_queries: Any) -> None:
    for number in range(20):
        OrganizationFactory(stripe_customer_id=f"cus_{number}")
    with django_assert_num_queries(2):  # one reads, one writes
        customers.project([projectable(customer(f"cus_{number}", name=f"Name {number}")) for number in range(20)])
    assert Organization.objects.get(stripe_customer_id="cus_13").name == "Name 13"
