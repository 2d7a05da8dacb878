"""Who belongs to an organization, and as what.

Only owners (and the installation) make and remove owners, and the last one who can sign in stays: all changes of an
organization's members wait for one another on its row, and look anew at who acts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from audit.actor import Actor, ActorKind
from audit.context import acting, ordinary_role
from audit.record import Changes, record
from billing.domain.permissions import Capability, Role, member_may
from billing.models import ApiKey, Membership, Organization, User
from billing.services.errors import Cannot


class CannotChangeMembers(Cannot):
    """The members stay as they are."""

    code = "cannot_change_members"


class MembersForbidden(CannotChangeMembers):
    """The actor's own role is not enough."""

    code = "role_forbidden"
    status = 403


class UnusableMember(CannotChangeMembers):
    """There is no such role, or no such address."""

    code = "invalid_member"
    status = 422


@ordinary_role("memberships.add")
def add(*, organization: Organization, email: str, role: str, by: Actor) -> Membership:
    """Make the person of this address a member.

    Somebody without an account gets one with no usable password, with which nobody can sign in until a password is
    set. Whether there was one is not told. Raises CannotChangeMembers.
    """
    address = _usable_address(email)
    with _members_of(organization, by) as may_touch_owners:
        _check_role(role, may_touch_owners)
        user = _account(address)
        membership, is_new = Membership.objects.get_or_create(
            organization=organization, user=user, defaults={"role": role}
        )
        if not is_new:
            raise CannotChangeMembers("The person is a member already; change the role.", code="already_member")
        _log("membership.added", membership, after={"role": role, "user": user.pk})
    return membership


@ordinary_role("memberships.change_role")
def change_role(*, membership: Membership, role: str, by: Actor) -> Membership:
    """Give the member another role; the same one again changes nothing. Raises CannotChangeMembers."""
    with _members_of(membership.organization, by) as may_touch_owners:
        held = _standing(membership)
        _check_role(role, may_touch_owners)
        _check_role(held.role, may_touch_owners)
        if held.role != role:
            _check_an_owner_stays(held)
            before, held.role = held.role, role
            held.save(update_fields=["role"])
            _log("membership.role_changed", held, before={"role": before}, after={"role": role})
    return held


@ordinary_role("memberships.remove")
def remove(*, membership: Membership, by: Actor) -> None:
    """Take the person out of the organization; the account stays. Raises CannotChangeMembers."""
    with _members_of(membership.organization, by) as may_touch_owners:
        held = _standing(membership)
        _check_role(held.role, may_touch_owners)
        _check_an_owner_stays(held)
        _log("membership.removed", held, before={"role": held.role, "user": held.user_id})
        held.delete()


@ordinary_role("memberships.join")
def join(*, membership: Membership, now: datetime, by: Actor) -> None:
    """Note that the person acts for the organization, the first time."""
    with acting(by), transaction.atomic():
        if Membership.objects.filter(pk=membership.pk, joined_at=None).update(joined_at=now):
            _log("membership.joined", membership)
    membership.joined_at = membership.joined_at or now


@contextmanager
def _members_of(organization: Organization, by: Actor) -> Iterator[bool]:
    """The members, held until the commit; yields whether the actor may make and remove owners."""
    with acting(by), transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization.pk)
        yield _may_touch_owners(organization, by)


def _may_touch_owners(organization: Organization, by: Actor) -> bool:
    """Raises CannotChangeMembers for a person who was let in, but is no administrator any more."""
    if by.kind == ActorKind.API_KEY:
        return ApiKey.objects.filter(public_id=by.id, organization=None).exists()
    if by.kind not in (ActorKind.USER, ActorKind.STAFF):
        return True
    role = Membership.objects.filter(organization=organization, user_id=by.id).values_list("role", flat=True).first()
    if role is None or not member_may(role, Capability.MEMBERS_MANAGE):
        raise MembersForbidden("Your role does not let you change members any more.")
    return member_may(role, Capability.OWNERS_MANAGE)


def _check_role(role: str, may_touch_owners: bool) -> None:
    """A role that is given, or taken away."""
    if role not in set(Role):
        raise UnusableMember(f"A role is one of: {', '.join(Role)}.", code="unknown_role")
    if role == Role.OWNER and not may_touch_owners:
        raise MembersForbidden("Only an owner makes and removes owners.")


def _check_an_owner_stays(leaving: Membership) -> None:
    owners = Membership.objects.filter(
        organization_id=leaving.organization_id, role=Role.OWNER, user__is_active=True
    ).exclude(pk=leaving.pk)
    if leaving.role == Role.OWNER and not owners.exists():
        raise CannotChangeMembers("The last owner stays; make another one first.", code="last_owner")


def _standing(membership: Membership) -> Membership:
    """The row as it is under the lock."""
    held = Membership.objects.filter(pk=membership.pk).first()
    if held is None:
        raise CannotChangeMembers("The person is no member any more.", code="no_member")
    return held


def _usable_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise UnusableMember(f"{email!r} is not an e-mail address.", code="invalid_email") from None
    return address


def _account(address: str) -> User:
    """The person's account, made without a usable password where there is none."""
    found = User.objects.filter(email__iexact=address).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return User.objects.create_user(address)
    except IntegrityError:  # another organization added the person at this moment
        return User.objects.get(email__iexact=address)


def _log(action: str, membership: Membership, before: Changes | None = None, after: Changes | None = None) -> None:
    target = ("membership", membership.public_id)
    record(action, target=target, organization_id=membership.organization_id, before=before, after=after)
