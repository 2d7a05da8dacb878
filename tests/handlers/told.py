"""Events as handlers see them, and what the handlers ask for."""

from datetime import UTC, datetime
from typing import Any

from audit.record import Entry
from billing import handlers  # noqa: F401 - registers them
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, handlers_of
from billing.models import SubscriptionChange

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(
    event_type: str,
    about: dict[str, Any],
    previous: dict[str, Any] | None = None,
    organization_id: int | None = 1,
    superseded: bool = False,
) -> Event:
    return Event("evt_1", event_type, AT, about, previous or {}, organization_id, superseded)


def effects_of(told: Event) -> Effects:
    """By billing's own handlers; other apps have theirs for the same events."""
    effects = Effects()
    for handler in handlers_of(told.type):
        if handler.__module__.startswith("billing.handlers"):
            handler(told, effects)
    return effects


def entry_of(told: Event) -> Entry:
    (entry,) = effects_of(told).entries
    return entry


def facts_of(told: Event) -> list[SubscriptionChange]:
    return list(effects_of(told).rows[SubscriptionChange])


def subscription(**fields: Any) -> dict[str, Any]:
    """A subscription as Stripe shows it, of one monthly item."""
    price = {
        "id": "price_1",
        "product": "prod_1",
        "unit_amount": 2900,
        "unit_amount_decimal": "2900",
        "billing_scheme": "per_unit",
        "tiers_mode": None,
        "transform_quantity": None,
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
    }
    item = {"id": "si_1", "price": price, "quantity": 2, "discounts": []}
    return {
        "id": "sub_1",
        "object": "subscription",
        "customer": "cus_1",
        "status": "active",
        "currency": "usd",
        "items": {"object": "list", "data": [item], "has_more": False},
        "discounts": [],
        "trial_end": None,
        "pause_collection": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "ended_at": None,
        "cancellation_details": {"reason": None, "comment": None, "feedback": None},
        **fields,
    }
