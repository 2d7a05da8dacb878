"""The permission table: complete, as the page says, and nobody below may more than somebody above."""

from itertools import pairwise
from pathlib import Path

import pytest

from billing.domain.permissions import (
    ADMINISTRATORS,
    OWNERS,
    PERMISSIONS,
    SCOPES_OF,
    Capability,
    Role,
    member_may,
)
from billing.domain.scopes import INSTALLATION_ONLY, OF_AN_ORGANIZATION, Scope

RANKS = [Role.VIEWER, Role.BILLING, Role.ADMIN, Role.OWNER]
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.strip().strip("|").split("|")]


def rows_of_the_page() -> list[list[str]]:
    _, _, after = PAGE.partition("| may | a key needs |")
    return [cells(row) for row in after.split("\n\n")[0].splitlines()[2:]]


def test_the_page_shows_this_table() -> None:
    expected = []
    for row in PERMISSIONS.values():
        scope = f"`{row.scope}`" + ("" if row.for_customers_keys else ", of the installation")
        expected.append([row.words, scope, *("yes" if role in row.roles else "" for role in RANKS)])
    assert rows_of_the_page() == expected


def test_each_capability_has_a_row() -> None:
    assert set(PERMISSIONS) == set(Capability)
    assert len({row.words for row in PERMISSIONS.values()}) == len(PERMISSIONS)


def test_whoever_stands_higher_may_no_less() -> None:
    assert set(RANKS) == set(Role)
    for low, high in pairwise(RANKS):
        assert SCOPES_OF[low] <= SCOPES_OF[high]
        assert all(member_may(high, each) for each in Capability if member_may(low, each))


def test_owners_are_the_owners_affair() -> None:
    assert PERMISSIONS[Capability.OWNERS_MANAGE].roles == OWNERS
    assert not PERMISSIONS[Capability.OWNERS_MANAGE].for_customers_keys
    assert PERMISSIONS[Capability.MEMBERS_MANAGE].roles == ADMINISTRATORS


@pytest.mark.parametrize("role", RANKS)
def test_a_role_gives_scopes_that_a_customers_key_may_hold(role: Role) -> None:
    assert SCOPES_OF[role] <= OF_AN_ORGANIZATION
    assert not SCOPES_OF[role] & INSTALLATION_ONLY


def test_together_they_hold_all_of_a_customers_scopes() -> None:
    assert frozenset().union(*SCOPES_OF.values()) == OF_AN_ORGANIZATION


def test_what_each_role_may() -> None:
    may = {role: {str(each) for each in Capability if member_may(role, each)} for role in Role}
    reads = {"billing.read", "members.read", "usage.read"}
    assert may[Role.VIEWER] == reads
    assert may[Role.BILLING] == reads | {"billing.write"}
    administration = {"members.manage", "api_keys.read", "api_keys.manage", "usage.write", "audit.read"}
    assert may[Role.ADMIN] == reads | {"billing.write"} | administration
    assert may[Role.OWNER] == may[Role.ADMIN] | {"owners.manage"}


def test_a_viewers_scopes_are_as_they_always_were() -> None:
    assert SCOPES_OF[Role.VIEWER] == {Scope.BILLING_READ, Scope.USAGE_READ}
