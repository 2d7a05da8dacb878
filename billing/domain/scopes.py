"""What a caller of the API may do. The names are public: keys are issued with them."""

from enum import StrEnum


class Scope(StrEnum):
    BILLING_READ = "billing:read"
    BILLING_WRITE = "billing:write"
    USAGE_READ = "usage:read"
    USAGE_WRITE = "usage:write"
    AUDIT_READ = "audit:read"
    ANALYTICS_READ = "analytics:read"
    METRICS_READ = "metrics:read"


INSTALLATION_ONLY = frozenset({Scope.ANALYTICS_READ, Scope.METRICS_READ})
"""These show every customer's numbers, or the installation's: no customer's key may hold them."""

OF_AN_ORGANIZATION = frozenset(Scope) - INSTALLATION_ONLY
