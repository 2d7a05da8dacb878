"""What each role of a member may do: the one table."""

from billing.domain.scopes import Scope
from billing.models.membership import Role

_READS = frozenset({Scope.BILLING_READ, Scope.USAGE_READ})

SCOPES_OF: dict[str, frozenset[Scope]] = {
    Role.VIEWER: _READS,
    Role.BILLING: _READS | {Scope.BILLING_WRITE},
    Role.ADMIN: _READS | {Scope.BILLING_WRITE, Scope.USAGE_WRITE, Scope.AUDIT_READ},
    Role.OWNER: _READS | {Scope.BILLING_WRITE, Scope.USAGE_WRITE, Scope.AUDIT_READ},
}

ADMINISTRATORS = frozenset({Role.OWNER, Role.ADMIN})
"""Who may hand out API keys and see and change who belongs to the organization."""
