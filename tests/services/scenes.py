"""A customer of a published catalog, and what the sandbox knows of it."""

from typing import Any

from audit.actor import Actor
from billing.models import Organization
from billing.services import catalog, organizations
from tests.stripe_events import ask_sandbox


def a_customer(by: Actor, name: str = "Acme") -> Organization:
    list(catalog.publish(catalog.shipped_catalog(), by=by))
    return organizations.register(name=name, email="acme@example.com", by=by)


def at_stripe(base: str, noun: str) -> list[dict[str, Any]]:
    """All objects of a noun in its plural, ended subscriptions included."""
    query = "&status=all" if noun == "subscriptions" else ""
    return list(ask_sandbox(base, f"/v1/{noun}?limit=100{query}")["data"])


def break_next(base: str, operation: str, kind: str, **options: Any) -> None:
    """The next request for the operation meets the fault."""
    ask_sandbox(base, "/_sandbox/faults", {"operation": operation, "kind": kind, **options})
