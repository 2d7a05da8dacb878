"""A card is attached once and pays from then on; of the card itself nothing passes through the log."""

import pytest

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.models import Organization, PaymentMethod, StripeCommand
from billing.services import organizations, payment_methods
from billing.services.errors import OutcomeUnknown, PaymentDeclined, StripeRefused
from tests.factories import OrganizationFactory
from tests.services.one_account import Shared, asked


def attached(organization: Organization, by: Actor, given: str = "pm_card_visa") -> PaymentMethod:
    return payment_methods.attach(organization=organization, payment_method=given, by=by)


def default_of(at_hand: Shared, customer: Organization) -> str:
    customer.refresh_from_db()
    return customer.default_payment_method_id


@pytest.mark.parametrize(
    ("card", "brand", "digits"),
    [("pm_card_visa", "visa", "4242"), ("pm_card_mastercard", "mastercard", "4444"), ("pm_card_amex", "amex", "0005")],
)
def test_brand_and_digits_are_kept(
    at_hand: Shared, customer: Organization, by: Actor, card: str, brand: str, digits: str
) -> None:
    method = attached(customer, by, card)
    assert (method.card_brand, method.card_last_four, method.organization) == (brand, digits, customer)
    assert default_of(at_hand, customer) == method.stripe_id


def test_the_last_one_given_is_the_default(at_hand: Shared, customer: Organization, by: Actor) -> None:
    first, second = attached(customer, by), attached(customer, by, "pm_card_amex")
    assert default_of(at_hand, customer) == second.stripe_id
    assert PaymentMethod.objects.filter(detached=False).count() == 2
    assert first != second


def test_one_that_is_there_is_only_made_the_default(at_hand: Shared, customer: Organization, by: Actor) -> None:
    first = attached(customer, by)
    attached(customer, by, "pm_card_amex")
    before = len(asked())
    assert attached(customer, by, first.stripe_id) == first
    assert asked()[before:] == ["customers.update"]
    assert default_of(at_hand, customer) == first.stripe_id


def test_somebody_elses_is_not_taken(at_hand: Shared, customer: Organization, by: Actor) -> None:
    other = organizations.register(name="Other", email="other@example.com", by=by)
    theirs = attached(other, by)
    with pytest.raises(StripeRefused) as refusal:
        attached(customer, by, theirs.stripe_id)
    assert refusal.value.status == 422
    assert default_of(at_hand, customer) == ""
    theirs.refresh_from_db()
    assert theirs.organization == other


def test_an_unknown_one_is_refused_with_stripes_words(at_hand: Shared, customer: Organization, by: Actor) -> None:
    with pytest.raises(StripeRefused, match="pm_unknown") as refusal:
        attached(customer, by, "pm_unknown")
    assert refusal.value.code == "resource_missing"
    assert not PaymentMethod.objects.exists()
    assert StripeCommand.objects.get(operation="payment_methods.attach").status == "failed"


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card"),
        ("pm_card_chargeDeclinedFraudulent", "fraudulent"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
    ],
)
def test_a_card_that_the_bank_refuses(
    at_hand: Shared, customer: Organization, by: Actor, card: str, decline_code: str
) -> None:
    with pytest.raises(PaymentDeclined) as refusal:
        attached(customer, by, card)
    assert (refusal.value.code, refusal.value.decline_code) == ("card_declined", decline_code)
    assert not PaymentMethod.objects.exists()
    assert default_of(at_hand, customer) == ""
    assert "customers.update" not in asked()


def test_the_log_names_the_wish_and_no_card(at_hand: Shared, customer: Organization) -> None:
    attached(customer, Actor(ActorKind.USER, "3"))
    entries = AuditEntry.objects.filter(action="payment_method.attach_requested").order_by("id")
    assert [entry.after for entry in entries] == [
        {"operation": "payment_methods.attach"},
        {"operation": "customers.update"},
    ]
    assert {(entry.actor_kind, entry.organization_id) for entry in entries} == {("user", customer.pk)}
    assert "4242" not in str(list(AuditEntry.objects.values()))


@pytest.mark.django_db
def test_a_silent_stripe_leaves_the_default_as_it_was(by: Actor) -> None:
    organization = OrganizationFactory(default_payment_method_id="pm_before")
    with pytest.raises(OutcomeUnknown):
        attached(organization, by)
    organization.refresh_from_db()
    assert organization.default_payment_method_id == "pm_before"
    assert asked() == ["payment_methods.attach"]
