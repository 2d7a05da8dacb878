"""payment_method -> PaymentMethod: brand, last four digits and expiry. Nothing else of a card is ours to keep."""

from typing import Any

import pytest

from billing.models import Organization, PaymentMethod
from billing.projection import payment_methods
from billing.projection.apply import apply
from tests.factories import OrganizationFactory
from tests.projection.seen import answered, at, only, projectable, sighting, stored, told
from tests.projection.snapshots import START, Snapshot, card, payment_method

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(stripe_customer_id="cus_1")


def show(snapshot: Snapshot, organization: Organization) -> dict[str, Any]:
    payment_methods.project([projectable(snapshot, organization)])
    return only(PaymentMethod, "organization_id", "card_last_four_index")


def test_every_column_comes_from_its_field(organization: Organization) -> None:
    assert show(payment_method(livemode=True), organization) == {
        "stripe_id": "pm_1",
        "type": "card",
        "card_brand": "visa",
        "card_last_four": "4242",
        "card_exp_month": 12,
        "card_exp_year": 2034,
        "card_country": "US",
        "detached": False,
        "livemode": True,
        "created_at": at(START),
    }


def test_no_column_has_what_could_identify_the_holder(organization: Organization) -> None:
    billing = {"name": "Cardholder", "email": "holder@example.com", "phone": "+41 44 000 00 00"}
    shown = show(payment_method(billing_details=billing, card=card(fingerprint="secretprint")), organization)
    kept = " ".join(map(str, shown.values()))
    assert not any(word in kept for word in (*billing.values(), "secretprint"))


def test_what_is_no_card_has_no_card_columns(organization: Organization) -> None:
    debit = {**payment_method(type="sepa_debit"), "sepa_debit": {"last4": "3000"}}
    del debit["card"]
    shown = show(debit, organization)
    assert {key: value for key, value in shown.items() if key.startswith("card_")} == {
        "card_brand": "",
        "card_last_four": "",
        "card_exp_month": None,
        "card_exp_year": None,
        "card_country": "",
    }
    assert shown["type"] == "sepa_debit"


@pytest.mark.parametrize("field", ["brand", "last4", "exp_month", "exp_year", "country"])
def test_each_part_of_a_card_may_be_missing(organization: Organization, field: str) -> None:
    null = show(payment_method(card=card(**{field: None})), organization)
    partly = {key: value for key, value in card().items() if key != field}
    assert show(payment_method(card=partly), organization) == null


def test_a_renewed_card_overwrites_the_old_one(organization: Organization) -> None:
    show(payment_method(), organization)
    shown = show(payment_method(card=card(exp_month=1, exp_year=2040, last4="0005")), organization)
    assert (shown["card_exp_month"], shown["card_exp_year"], shown["card_last_four"]) == (1, 2040, "0005")


def test_a_method_that_was_never_attached_has_no_row() -> None:
    told(payment_method(customer=None))
    assert not PaymentMethod.objects.exists()
    assert stored("pm_1").snapshot["customer"] is None


def test_a_detached_method_stays_with_who_had_it(organization: Organization) -> None:
    """The event says whose it was, in its previous attributes."""
    told(payment_method())
    detached = payment_method(customer=None)
    previous = {"customer": "cus_1"}
    told_of = sighting(detached, START + 1, event_type="payment_method.detached", previous=previous)
    apply([told_of])
    row = PaymentMethod.objects.get()
    assert (row.detached, row.organization_id) == (True, organization.pk)


def test_an_answer_that_names_no_customer_detaches_too(organization: Organization) -> None:
    """An API answer has no previous attributes; a card that is gone must not look as if it could be charged."""
    told(payment_method())
    answered(payment_method(customer=None), noted_version=1)
    row = PaymentMethod.objects.get()
    assert (row.detached, row.organization_id) == (True, organization.pk)


def test_a_method_attached_to_another_customer_moves(organization: Organization) -> None:
    told(payment_method())
    told(payment_method(customer="cus_2"), time=START + 1)
    row = PaymentMethod.objects.get()
    assert (row.detached, row.organization.stripe_customer_id) == (False, "cus_2")
