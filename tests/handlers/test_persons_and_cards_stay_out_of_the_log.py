"""The log is never changed, so what is in it could never be erased: no name, address, card or free text goes in."""

import json
from typing import Any

import pytest

from audit.actions import action_named
from billing.inbox.registry import handled_types, handlers_of
from tests.handlers.told import effects_of, entry_of, event, subscription

CANARY = "canary"
PERSON = {
    "name": f"{CANARY} name",
    "email": f"{CANARY}@example.com",
    "phone": f"+1 {CANARY}",
    "address": {"line1": f"{CANARY} street 1", "city": CANARY},
    "shipping": {"name": CANARY},
    "description": f"{CANARY} text",
    "receipt_email": f"{CANARY}@example.com",
    "customer_email": f"{CANARY}@example.com",
    "customer_name": CANARY,
    "customer_address": {"line1": CANARY},
    "customer_details": {"email": f"{CANARY}@example.com"},
    "billing_details": {"name": CANARY, "email": f"{CANARY}@example.com"},
    "card": {"brand": f"{CANARY}", "last4": CANARY, "fingerprint": CANARY},
    "payment_method_details": {"card": {"last4": CANARY}},
    "last_payment_error": {"code": "card_declined", "message": CANARY, "payment_method": {"card": {"last4": CANARY}}},
    "failure_message": CANARY,
    "metadata": {"note": CANARY},
    "custom_fields": [{"name": CANARY, "value": CANARY}],
    "footer": CANARY,
    "hosted_invoice_url": f"https://example.com/{CANARY}",
    "receipt_url": f"https://example.com/{CANARY}",
    "client_secret": CANARY,
    "preferred_locales": [CANARY],
}


def of_billing() -> list[str]:
    return sorted(
        event_type
        for event_type in handled_types()
        if any(handler.__module__.startswith("billing.handlers") for handler in handlers_of(event_type))
    )


def about(event_type: str) -> dict[str, Any]:
    details = {"comment": CANARY, "feedback": CANARY, "reason": "cancellation_requested"}
    whole = subscription(cancellation_details=details) if "subscription" in event_type else {"id": "xx_1"}
    return {**PERSON, **whole}


def test_these_are_many() -> None:
    assert len(of_billing()) >= 24


@pytest.mark.parametrize("event_type", of_billing())
def test_whatever_the_object_holds(event_type: str) -> None:
    told = event(event_type, about(event_type), previous=PERSON)
    written = [(entry.before, entry.after, entry.target, entry.reason) for entry in effects_of(told).entries]
    assert written
    assert CANARY not in json.dumps(written)


@pytest.mark.parametrize("event_type", of_billing())
def test_each_has_exactly_one_entry_with_a_registered_action(event_type: str) -> None:
    made = entry_of(event(event_type, about(event_type)))
    assert action_named(made.action).name == made.action
    json.dumps([made.before, made.after])


@pytest.mark.parametrize("event_type", of_billing())
def test_an_event_that_came_late_is_logged_like_any_other(event_type: str) -> None:
    early, late = (event(event_type, about(event_type), superseded=superseded) for superseded in (False, True))
    assert entry_of(late) == entry_of(early)


def test_of_a_changed_customer_only_the_fields_are_named() -> None:
    previous = {"name": CANARY, "email": CANARY, "address": None}
    made = entry_of(event("customer.updated", {"id": "cus_1", **PERSON}, previous))
    assert made.after == {"fields": ["address", "email", "name"], "customer": "cus_1", "event": "evt_1"}
    assert made.before == {}


def test_a_customer_that_changed_in_nothing_we_see() -> None:
    assert entry_of(event("customer.updated", {"id": "cus_1"})).after["fields"] == []
