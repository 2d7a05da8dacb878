"""What the shared Stripe sells, and what it knows of one customer."""

from dataclasses import dataclass
from typing import Any

from audit.models import AuditEntry
from billing.models import Organization, StripeCommand
from tests.stripe_events import ask_sandbox

PLANS = {"professional": "Professional", "premium": "Premium"}
AMOUNTS = {
    ("professional", "month", "usd"): 2900,
    ("professional", "year", "usd"): 29000,
    ("professional", "month", "eur"): 2700,
    ("premium", "month", "usd"): 7900,
    ("premium", "year", "usd"): 79000,
}


@dataclass(frozen=True)
class Shared:
    base: str
    products: dict[str, str]
    prices: dict[tuple[str, str, str], str]

    def of(self, customer: Organization, noun: str) -> list[dict[str, Any]]:
        """The customer's objects of a noun in its plural, newest first; ended subscriptions included."""
        query = f"limit=100&customer={customer.stripe_customer_id}"
        query += "&status=all" if noun == "subscriptions" else ""
        return list(ask_sandbox(self.base, f"/v1/{noun}?{query}")["data"])

    def charged(self, customer: Organization) -> int:
        """Minor units that the customer has paid so far."""
        return sum(one["amount_captured"] for one in self.of(customer, "charges") if one["paid"])

    def breaks(self, operation: str, kind: str, **options: Any) -> None:
        """The next request for the operation meets the fault."""
        ask_sandbox(self.base, "/_sandbox/faults", {"operation": operation, "kind": kind, **options})


def asked() -> list[str]:
    """The operations that were asked of Stripe, oldest first."""
    return list(StripeCommand.objects.order_by("id").values_list("operation", flat=True))


def logged(action: str) -> AuditEntry:
    """The one entry of the action."""
    return AuditEntry.objects.get(action=action)


def nothing_happened() -> bool:
    """Neither the log nor Stripe was told of anything."""
    return not AuditEntry.objects.exists() and not StripeCommand.objects.exists()
