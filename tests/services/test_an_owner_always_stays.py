"""Two owners who remove each other at the same moment leave one; who lost the right at that moment is refused."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from audit.actor import SYSTEM, Actor, ActorKind
from billing.domain.permissions import Role
from billing.models import Membership, Organization, User
from billing.services import memberships
from billing.services.memberships import CannotChangeMembers
from tests.factories import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.usefixtures("committing")


def person(membership: Membership) -> Actor:
    return Actor(ActorKind.USER, str(membership.user_id))


def race(*works: Callable[[], Any]) -> list[str]:
    """ "done", or the code of the refusal, of each."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> str:
        try:
            start.wait(30)
            work()
        except CannotChangeMembers as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def owners() -> tuple[Membership, Membership]:
    organization = OrganizationFactory()
    first, second = (MembershipFactory(organization=organization, role=Role.OWNER) for _ in "ab")
    return first, second


def demote(one: Membership, by: Membership) -> Callable[[], Any]:
    return lambda: memberships.change_role(membership=one, role=Role.ADMIN, by=person(by))


def remove(one: Membership, by: Membership) -> Callable[[], Any]:
    return lambda: memberships.remove(membership=one, by=person(by))


@pytest.mark.parametrize("attack", [demote, remove])
@pytest.mark.parametrize("on_himself", [True, False])
def test_one_is_left(owners: tuple[Membership, Membership], attack: Any, on_himself: bool) -> None:
    first, second = owners
    pairs = ((first, first), (second, second)) if on_himself else ((first, second), (second, first))
    outcomes = race(*(attack(one, by) for one, by in pairs))
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "last_owner", "role_forbidden"}
    assert Membership.objects.filter(role=Role.OWNER).count() == 1


def test_who_was_removed_meanwhile_changes_nothing_more(owners: tuple[Membership, Membership]) -> None:
    first, second = owners
    viewer = MembershipFactory(organization=first.organization, role=Role.VIEWER)
    memberships.remove(membership=first, by=person(second))
    assert race(demote(viewer, first)) == ["role_forbidden"]
    assert race(demote(first, second)) == ["no_member"]


def test_one_address_added_at_once_by_two_organizations_is_one_person() -> None:
    organizations = [OrganizationFactory() for _ in range(4)]

    def add(organization: Organization) -> Callable[[], Any]:
        return lambda: memberships.add(organization=organization, email="new@example.com", role="viewer", by=SYSTEM)

    assert race(*(add(each) for each in organizations)) == ["done"] * 4
    assert User.objects.get(email="new@example.com").memberships.count() == 4


@pytest.mark.parametrize(
    ("email", "role", "code"), [("no", "viewer", "invalid_email"), ("a@b.cd", "x", "unknown_role")]
)
def test_what_is_no_member_is_refused(email: str, role: str, code: str) -> None:
    with pytest.raises(CannotChangeMembers) as refusal:
        memberships.add(organization=OrganizationFactory(), email=email, role=role, by=SYSTEM)
    assert (refusal.value.code, refusal.value.status) == (code, 422)
    assert not User.objects.exists()
