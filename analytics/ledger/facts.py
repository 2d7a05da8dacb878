"""A SubscriptionChange as the ledger reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.models import SubscriptionChange


@dataclass(frozen=True, slots=True)
class Fact:
    """`previous` are Stripe's raw `previous_attributes`; {} where the event has none."""

    id: int
    source_id: str
    event_type: str
    effective_at: datetime
    recorded_at: datetime
    state: Mapping[str, Any]
    previous: Mapping[str, Any]


def fact_of(change: SubscriptionChange) -> Fact:
    return Fact(
        change.pk,
        change.source_id,
        change.event_type,
        change.effective_at,
        change.recorded_at,
        change.state,
        change.previous,
    )
