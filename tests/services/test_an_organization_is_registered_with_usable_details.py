"""A typing error in the currency or zone would be found months later, on an invoice: it is refused at the door."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actor import SYSTEM, Actor, ActorKind
from billing.models import Membership, Organization, StripeCommand, User
from billing.services import organizations
from billing.services.errors import OutcomeUnknown
from billing.services.organizations import CannotRegister, _check
from tests.factories import UserFactory
from tests.services.one_account import Shared, asked, logged, nothing_happened

GOOD = {"name": "Acme", "email": "acme@example.com", "currency": "usd", "time_zone": "UTC"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("details", "detail"),
    [
        ({"name": ""}, "Give the organization a name"),
        ({"name": " \t"}, "Give the organization a name"),
        ({"email": ""}, "'' is not an e-mail address"),
        ({"email": "acme"}, "'acme' is not an e-mail address"),
        ({"email": "a@b@example.com"}, "is not an e-mail address"),
        ({"email": "acme@example.com\nBcc: x@example.com"}, "is not an e-mail address"),
        ({"currency": ""}, "three letters, such as usd"),
        ({"currency": "us"}, "three letters, such as usd"),
        ({"currency": "dollar"}, "'dollar' is not a currency"),
        ({"currency": "us1"}, "'us1' is not a currency"),
        ({"currency": "usd\n"}, "is not a currency"),
        ({"currency": "äöü"}, "is not a currency"),
        ({"time_zone": ""}, "'' is not a time zone: give its name, such as Europe/Berlin"),
        ({"time_zone": "Mars/Olympus"}, "'Mars/Olympus' is not a time zone"),
        ({"time_zone": "Europe"}, "'Europe' is not a time zone"),
        ({"time_zone": "../../etc/passwd"}, "is not a time zone"),
        ({"time_zone": "/etc/localtime"}, "is not a time zone"),
        ({"time_zone": "Europe/Berlin\n"}, "is not a time zone"),
        ({"time_zone": "x" * 5000}, "is not a time zone"),
    ],
)
def test_what_cannot_be_used_is_refused(by: Actor, details: dict[str, str], detail: str) -> None:
    with pytest.raises(CannotRegister, match=detail) as refusal:
        organizations.register(**{**GOOD, **details}, by=by)
    assert (refusal.value.code, refusal.value.status) == ("invalid_organization", 422)
    assert not Organization.objects.exists()
    assert nothing_happened()


@given(st.text(max_size=40), st.text(max_size=6), st.text(max_size=40))
def test_no_text_whatever_breaks_the_check(name: str, currency: str, time_zone: str) -> None:
    try:
        _check(name, "acme@example.com", currency, time_zone)
    except CannotRegister:
        return
    assert name.strip()
    assert len(currency) == 3
    assert currency.isascii()
    assert time_zone


def test_name_address_and_currency_are_tidied(at_hand: Shared, by: Actor) -> None:
    made = organizations.register(name="  Acme ", email=" acme@example.com ", currency="EUR", by=by)
    assert (made.name, made.email, made.currency) == ("Acme", "acme@example.com", "eur")
    assert (made.time_zone, made.locale, made.origin) == ("UTC", "en", "signup")


def test_stripe_gets_our_id_and_we_get_stripes(at_hand: Shared, by: Actor) -> None:
    made = organizations.register(**GOOD, locale="de", by=by)
    command = StripeCommand.objects.get()
    parameters = command.parameters
    ids = {"countinghouse_organization": made.public_id, "countinghouse_command": command.public_id}
    assert parameters["metadata"] == ids
    assert parameters["preferred_locales"] == ["de"]
    assert made.stripe_customer_id == StripeCommand.objects.get().result_id
    assert Organization.objects.count() == 1


def test_whoever_registers_it_owns_it(at_hand: Shared) -> None:
    user: User = UserFactory()
    made = organizations.register(**GOOD, by=Actor(ActorKind.USER, str(user.pk)), user=user)
    membership = Membership.objects.get()
    assert (membership.organization, membership.user, membership.role) == (made, user, "owner")


def test_without_a_user_it_has_no_members(at_hand: Shared, by: Actor) -> None:
    organizations.register(**GOOD, by=by)
    assert not Membership.objects.exists()


def test_name_and_address_stay_out_of_the_log(at_hand: Shared) -> None:
    made = organizations.register(**{**GOOD, "name": "Canary", "email": "canary@example.com"}, by=SYSTEM)
    entry = logged("organization.registered")
    assert entry.after == {"currency": "usd", "time_zone": "UTC"}
    assert (entry.target_id, entry.organization_id) == (made.public_id, made.pk)


@pytest.mark.django_db
def test_a_silent_stripe_does_not_lose_the_signup(by: Actor) -> None:
    """The organization is there; its customer follows by the sweeper."""
    with pytest.raises(OutcomeUnknown) as silence:
        organizations.register(**GOOD, by=by)
    made = Organization.objects.get()
    assert made.stripe_customer_id is None
    assert silence.value.command.organization_id == made.pk
    assert asked() == ["customers.create"]


def test_two_with_the_same_details_are_two(at_hand: Shared, by: Actor) -> None:
    first, second = (organizations.register(**GOOD, by=by) for _ in "ab")
    ids: set[Any] = {first.stripe_customer_id, second.stripe_customer_id}
    assert len(ids) == 2
