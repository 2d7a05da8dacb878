"""Who may do what: the one table for the API and the portal.

A key needs the capability's scope, a member one of its roles. docs/api.md shows the table; a test compares.
"""

from dataclasses import dataclass
from enum import StrEnum

from billing.domain.scopes import Scope


class Role(StrEnum):
    """Of a member, within one organization."""

    OWNER = "owner"
    ADMIN = "admin"
    BILLING = "billing"
    VIEWER = "viewer"


OWNERS = frozenset({Role.OWNER})
ADMINISTRATORS = OWNERS | {Role.ADMIN}
PAYERS = ADMINISTRATORS | {Role.BILLING}
EVERYBODY = frozenset(Role)


class Capability(StrEnum):
    BILLING_READ = "billing.read"
    BILLING_WRITE = "billing.write"
    MEMBERS_READ = "members.read"
    MEMBERS_MANAGE = "members.manage"
    OWNERS_MANAGE = "owners.manage"
    API_KEYS_READ = "api_keys.read"
    API_KEYS_MANAGE = "api_keys.manage"
    USAGE_READ = "usage.read"
    USAGE_WRITE = "usage.write"
    AUDIT_READ = "audit.read"


@dataclass(frozen=True, slots=True)
class Permission:
    """`scope` is what a key needs, `roles` are the members who may. Not `for_customers_keys`: among keys those of
    the installation alone."""

    words: str
    scope: Scope
    roles: frozenset[Role]
    for_customers_keys: bool = True


PERMISSIONS: dict[Capability, Permission] = {
    Capability.BILLING_READ: Permission(
        "see plan, invoices, payments and details of the organization", Scope.BILLING_READ, EVERYBODY
    ),
    Capability.BILLING_WRITE: Permission("start, change and cancel; change settings", Scope.BILLING_WRITE, PAYERS),
    Capability.MEMBERS_READ: Permission("see who belongs to it", Scope.BILLING_READ, EVERYBODY),
    Capability.MEMBERS_MANAGE: Permission(
        "add and remove members, change their roles", Scope.BILLING_WRITE, ADMINISTRATORS
    ),
    Capability.OWNERS_MANAGE: Permission(
        "make and remove owners", Scope.BILLING_WRITE, OWNERS, for_customers_keys=False
    ),
    Capability.API_KEYS_READ: Permission("see API keys", Scope.BILLING_READ, ADMINISTRATORS),
    Capability.API_KEYS_MANAGE: Permission("make, rotate and revoke API keys", Scope.BILLING_WRITE, ADMINISTRATORS),
    Capability.USAGE_READ: Permission("see meters and usage", Scope.USAGE_READ, EVERYBODY),
    Capability.USAGE_WRITE: Permission("send usage", Scope.USAGE_WRITE, ADMINISTRATORS),
    Capability.AUDIT_READ: Permission("read the log", Scope.AUDIT_READ, ADMINISTRATORS),
}

SCOPES_OF: dict[str, frozenset[Scope]] = {
    role: frozenset(each.scope for each in PERMISSIONS.values() if role in each.roles) for role in Role
}
"""What a member may hand out to a key: the scopes of all that the role may do."""


def member_may(role: str, capability: Capability) -> bool:
    """Whether a member with the role may."""
    return role in PERMISSIONS[capability].roles
