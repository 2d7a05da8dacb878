"""Whom a request comes from, for which organization, and with which scopes."""

from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone
from rest_framework.request import Request

from audit.actor import Actor, ActorKind
from billing.api.problem import Problem
from billing.domain.permissions import SCOPES_OF
from billing.models.api_key import ApiKey
from billing.models.membership import Membership
from billing.models.organization import Organization
from billing.models.user import User
from billing.services import memberships

ORGANIZATION_HEADER = "X-Organization"


@dataclass(frozen=True, slots=True)
class Caller:
    """`organization` is None where the call concerns none. `role` is a member's, empty for keys and staff."""

    actor: Actor
    scopes: frozenset[str]
    organization: Organization | None = None
    role: str = ""
    key: ApiKey | None = None
    user: User | None = None

    @property
    def is_installation_key(self) -> bool:
        return self.key is not None and self.key.organization_id is None

    @property
    def identity(self) -> str:
        """Who calls, the same before and after a key is rotated."""
        return f"{self.actor.kind}:{self.key.line if self.key else self.actor.id}"

    @property
    def holder(self) -> str:
        """Whose idempotency keys the caller's are: the organization's, else the key's or the person's."""
        return self.organization.public_id if self.organization else self.identity


def is_authenticated(request: Request) -> bool:
    return isinstance(request.auth, ApiKey) or isinstance(request.user, User)


def caller_alone(request: Request) -> Caller:
    """The caller without an organization."""
    if isinstance(request.auth, ApiKey):
        return Caller(_actor_of_key(request.auth), frozenset(request.auth.scopes), key=request.auth)
    user: User = request.user  # type: ignore[assignment]
    kind = ActorKind.STAFF if user.is_staff else ActorKind.USER
    return Caller(Actor(kind, str(user.pk)), frozenset(), user=user)


def caller_for_organization(request: Request) -> Caller:
    """The caller with the organization that the call concerns: the key's own, the one of `X-Organization`, or
    the only one that the person belongs to.

    Raises Problem: `organization_required` where several are possible, `organization_not_found` for one that
    does not exist or is not the caller's (the same answer), `no_organization` for a person without any.
    """
    named = request.headers.get(ORGANIZATION_HEADER, "")
    if isinstance(request.auth, ApiKey):
        return _of_key(request.auth, named)
    return _of_member(caller_alone(request), named)


def _of_key(key: ApiKey, named: str) -> Caller:
    organization = key.organization or _named(named)
    if named and organization.public_id != named:
        raise _not_found()
    return Caller(_actor_of_key(key), frozenset(key.scopes), organization, key=key)


def _named(public_id: str) -> Organization:
    if not public_id:
        raise Problem(
            "organization_required", f"This key serves every organization: name one in {ORGANIZATION_HEADER}."
        )
    organization = Organization.objects.standing().filter(public_id=public_id).first()
    if organization is None:
        raise _not_found()
    return organization


def _of_member(person: Caller, named: str) -> Caller:
    membership = _membership(person, named)
    if membership.joined_at is None:
        memberships.join(membership=membership, now=timezone.now(), by=person.actor)
    return Caller(
        person.actor,
        SCOPES_OF[membership.role],
        membership.organization,
        role=membership.role,
        user=person.user,
    )


def _membership(person: Caller, named: str) -> Membership:
    """A membership that somebody gave without being asked is not chosen beside one that was joined: nobody is
    kept from his own organization by being added to another."""
    rows = Membership.objects.filter(user=person.user, organization__deleted_at=None)
    rows = rows.select_related("organization").order_by(F("joined_at").asc(nulls_last=True), "pk")
    found = list(rows.filter(organization__public_id=named) if named else rows[:2])
    if named and not found:
        raise _not_found()
    if not found:
        raise Problem("no_organization", "You belong to no organization; ask its owner to add you.", 403)
    if len(found) > 1 and (found[1].joined_at is not None) == (found[0].joined_at is not None):
        raise Problem("organization_required", f"You belong to several: name one in {ORGANIZATION_HEADER}.")
    return found[0]


def _not_found() -> Problem:
    return Problem("organization_not_found", "There is no such organization.", 404)


def _actor_of_key(key: ApiKey) -> Actor:
    return Actor(ActorKind.API_KEY, key.public_id)
