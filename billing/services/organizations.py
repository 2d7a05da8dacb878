"""Register a customer company."""

import re
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from audit.actor import Actor
from audit.context import acting, ordinary_role
from audit.record import record
from billing.domain.permissions import Role
from billing.domain.personal import ORGANIZATION_KEY
from billing.models import Membership, Organization, StripeCommand, User
from billing.models.organization import Origin
from billing.services import commands
from billing.services.errors import Cannot


class CannotRegister(Cannot):
    """The details are not usable."""

    code = "invalid_organization"
    status = 422


@ordinary_role("organizations.register")
def register(
    *,
    name: str,
    email: str,
    currency: str = "usd",
    time_zone: str = "UTC",
    locale: str = "en",
    by: Actor,
    user: User | None = None,
) -> Organization:
    """Make the organization and its Stripe customer; `user` becomes its owner.

    The organization exists from the commit on. Raises CannotRegister, StripeRefused, and OutcomeUnknown where
    Stripe gave no answer: the customer then follows by the sweeper.
    """
    _check(name, email, currency, time_zone)
    with acting(by):
        organization, command = _store(
            Organization(
                name=name.strip(),
                email=email.strip(),
                currency=currency.lower(),
                time_zone=time_zone,
                locale=locale,
                origin=Origin.SIGNUP,
            ),
            by,
            user,
        )
        commands.run(command)
    organization.refresh_from_db()
    return organization


def _check(name: str, email: str, currency: str, time_zone: str) -> None:
    if not name.strip():
        raise CannotRegister("Give the organization a name.")
    try:
        validate_email(email.strip())
    except ValidationError:
        raise CannotRegister(f"{email!r} is not an e-mail address.") from None
    if not re.fullmatch("[A-Za-z]{3}", currency):
        raise CannotRegister(f"{currency!r} is not a currency: give its three letters, such as usd.")
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):  # KeyError where there is none of the name
        raise CannotRegister(f"{time_zone!r} is not a time zone: give its name, such as Europe/Berlin.") from None


@transaction.atomic
def _store(organization: Organization, by: Actor, user: User | None) -> tuple[Organization, StripeCommand]:
    organization.save(force_insert=True)
    if user is not None:
        Membership.objects.create(
            organization=organization, user=user, role=Role.OWNER, joined_at=organization.created_at
        )
    record(
        "organization.registered",
        target=("organization", organization.public_id),
        organization_id=organization.pk,
        after={"currency": organization.currency, "time_zone": organization.time_zone},
    )
    command = commands.prepare(
        operation="customers.create",
        parameters={
            "name": organization.name,
            "email": organization.email,
            "preferred_locales": [organization.locale],
            "metadata": {ORGANIZATION_KEY: organization.public_id},
        },
        organization_id=organization.pk,
        by=by,
    )
    return organization, command
