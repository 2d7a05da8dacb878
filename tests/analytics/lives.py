"""Subscriptions and what happens to them, as facts."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from analytics.ledger.facts import Fact
from billing.models import Organization, SubscriptionChange
from tests.factories import OrganizationFactory

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_ids = itertools.count(1)

State = dict[str, Any]


def item(price: str = "price_starter", amount: int = 2900, **fields: Any) -> dict[str, Any]:
    """A licensed monthly item; its product is named after its price."""
    return {
        "id": "si_1",
        "price": price,
        "product": price.replace("price", "prod").removesuffix("_year"),
        "quantity": 1,
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
        "interval": "month",
        "interval_count": 1,
        "usage_type": "licensed",
        "billing_scheme": "per_unit",
        "tiers_mode": None,
        "tiers": None,
        "transform_quantity": None,
        "discounts": [],
        **fields,
    }


def state(*items: dict[str, Any], **fields: Any) -> State:
    return {
        "status": "active",
        "currency": "usd",
        "items": list(items or (item(),)),
        "discounts": [],
        "trial_end": None,
        "pause": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "ended_at": None,
        **fields,
    }


def discount(**coupon: Any) -> dict[str, Any]:
    return {"id": f"di_{next(_ids)}", "coupon": {"duration": "forever", "currency": None, **coupon}, "end": None}


def previous_attributes(before: State, after: State) -> dict[str, Any]:
    """Stripe's raw form of what changed."""
    changed: dict[str, Any] = {
        key: before[key]
        for key in ("status", "trial_end", "cancel_at", "cancel_at_period_end", "canceled_at", "ended_at")
        if before[key] != after[key]
    }
    if before["pause"] != after["pause"]:
        changed["pause_collection"] = before["pause"]
    if before["items"] != after["items"]:
        changed["items"] = {"data": [{**one, "price": {"id": one["price"]}} for one in before["items"]]}
    if before["discounts"] != after["discounts"]:
        changed["discounts"] = [one["id"] for one in before["discounts"]]
    return changed or {"metadata": {"seen": "1"}}


class Life:
    """What Stripe would say of one subscription: `tell` a state, `end` it; the facts are in `facts`, in true order."""

    def __init__(self, subscription_id: str = "", *, at: datetime = START) -> None:
        self.subscription_id = subscription_id or f"sub_{next(_ids)}"
        self.facts: list[Fact] = []
        self.now = at

    def tell(self, state: State, *, after: timedelta | None = None) -> "Life":
        self.now += timedelta() if after is None else after
        if not self.facts:
            return self._add("created", state, {})
        return self._add("updated", state, previous_attributes(dict(self.facts[-1].state), state))

    def end(self, *, after: timedelta | None = None) -> "Life":
        self.now += timedelta() if after is None else after
        return self._add("deleted", {**self.facts[-1].state, "status": "canceled"}, {})

    def _add(self, verb: str, state: State, previous: Mapping[str, Any]) -> "Life":
        number = next(_ids)
        self.facts.append(
            Fact(
                id=number,
                source_id=f"evt_{number * 7919 % 10007:05d}_{number}",  # ids tell nothing of the order
                event_type=f"customer.subscription.{verb}",
                effective_at=self.now,
                recorded_at=self.now,
                state=state,
                previous=previous,
            )
        )
        return self

    def at(self, instant: datetime) -> State | None:
        """The true state at an instant."""
        past = [fact.state for fact in self.facts if fact.effective_at <= instant]
        return dict(past[-1]) if past else None


def days(count: float) -> timedelta:
    return timedelta(days=count)


def record(
    life: Life, fact: Fact, organization: Organization, *, recorded_at: datetime | None = None
) -> SubscriptionChange:
    """Store a fact, as the inbox does."""
    return SubscriptionChange.objects.create(
        organization=organization,
        subscription_id=life.subscription_id,
        source_id=fact.source_id,
        event_type=fact.event_type,
        cause=fact.event_type.rsplit(".", 1)[1],
        effective_at=fact.effective_at,
        recorded_at=recorded_at or fact.recorded_at,
        state=dict(fact.state),
        previous=dict(fact.previous),
    )


def record_all(life: Life, organization: Organization | None = None) -> Organization:
    owner = organization or OrganizationFactory.create()
    for fact in life.facts:
        record(life, fact, owner)
    return owner


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back: one example of a property test leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
