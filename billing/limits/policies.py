"""The limits themselves. Read when a request comes: the general ones are settings."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from billing.domain.rate import Limit

MINUTE = 60
ORGANIZATION_FACTOR = 10
"""An organization can make itself keys; all of its callers together have this many times what one has."""

SIGN_IN = Limit("sign-in", 10, MINUTE)
CHECKOUT = Limit("checkout", 10, MINUTE)
BILLING_WRITES = Limit("billing-writes", 100, MINUTE)
WRONG_CREDENTIALS = Limit("wrong-credentials", 20, MINUTE)


class Scope(StrEnum):
    """Whose requests are counted together."""

    KEY = "key"
    USER = "user"
    ADDRESS = "address"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Asked:
    """One limit that a request counts for. `subject` is an id, or an address."""

    limit: Limit
    scope: Scope
    subject: str

    @property
    def key(self) -> str:
        return f"{self.limit.name}:{self.limit.seconds}:{self.scope}:{self.subject}"


def requests_of(scope: Scope) -> Limit:
    """The general limit of one caller, named after what he is; that of his organization is wider."""
    factor = ORGANIZATION_FACTOR if scope is Scope.ORGANIZATION else 1
    return Limit(scope.value, settings.RATE_LIMIT_REQUESTS * factor, settings.RATE_LIMIT_WINDOW)


def usage_requests() -> Limit:
    return Limit("usage", settings.RATE_LIMIT_USAGE_REQUESTS, MINUTE)
