"""Facts that no event told: a subscription whose newest SubscriptionChange is not the state that it is in."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from billing.gateway.fields import required_moment
from billing.models import SubscriptionChange
from billing.models.reconciliation import DiscrepancyKind
from billing.models.subscription_change import Precision
from billing.projection.settle import canonical
from billing.projection.snapshot import Projectable
from billing.projection.subscriptions import state_of
from billing.reconcile.compare import Finding

CAUSE = "reconciled"
ENDINGS = ("ended_at", "canceled_at", "cancel_at", "cancel_at_period_end", "cancellation_reason", "status", "pause")


def missing_effects(subscriptions: Iterable[Projectable]) -> list[tuple[Finding, SubscriptionChange | None]]:
    """Each with the fact to record, where its time is certain; else it is for a person."""
    told = list(subscriptions)
    newest = _newest([one.stripe_id for one in told])
    return [_missing(one, state, newest.get(one.stripe_id)) for one in told if (state := _untold(one, newest))]


def _newest(ids: list[str]) -> dict[str, SubscriptionChange]:
    rows = SubscriptionChange.objects.filter(subscription_id__in=ids)
    rows = rows.order_by("subscription_id", "-effective_at", "-id").distinct("subscription_id")
    return {row.subscription_id: row for row in rows}


def _untold(one: Projectable, newest: Mapping[str, SubscriptionChange]) -> dict[str, Any] | None:
    state, last = state_of(one.snapshot), newest.get(one.stripe_id)
    return None if last is not None and canonical(last.state) == canonical(state) else state


def _missing(
    one: Projectable, state: dict[str, Any], last: SubscriptionChange | None
) -> tuple[Finding, SubscriptionChange | None]:
    finding = Finding(
        DiscrepancyKind.EFFECT_MISSING,
        "subscription",
        one.stripe_id,
        one.organization_id,
        "SubscriptionChange",
        here=last.state if last else None,
        there=state,
        amount=abs(_recurring(state) - _recurring(last.state if last else {})),
        currency=str(one.snapshot.get("currency") or ""),
    )
    return finding, _fact(one, state, last)


def _recurring(state: Mapping[str, Any]) -> int:
    """What its items cost each in its interval, before discounts and usage: minor units."""
    return sum(int(item.get("unit_amount") or 0) * int(item.get("quantity") or 0) for item in state.get("items", ()))


def _fact(one: Projectable, state: dict[str, Any], last: SubscriptionChange | None) -> SubscriptionChange | None:
    at = _certain_time(one.snapshot, state, last)
    if at is None or (last is not None and at < last.effective_at):
        return None
    digest = hashlib.sha256(canonical([one.stripe_id, state]).encode()).hexdigest()
    return SubscriptionChange(
        organization_id=one.owner,
        subscription_id=one.stripe_id,
        source_id=f"{CAUSE}:{digest}",
        event_type="",
        cause=CAUSE,
        precision=Precision.INFERRED,
        effective_at=at,
        state=state,
    )


def _certain_time(
    snapshot: Mapping[str, Any], state: Mapping[str, Any], last: SubscriptionChange | None
) -> datetime | None:
    """When it ended Stripe says; when its end was asked for too, if nothing else is new. Of other changes only the
    events of thirty days know the time."""
    if state["ended_at"]:
        return required_moment(state["ended_at"])
    if last is None or not state["canceled_at"]:
        return None
    others = state.keys() - {*ENDINGS}
    same = all(canonical(state[name]) == canonical(last.state.get(name)) for name in others)
    return required_moment(state["canceled_at"]) if same and state["status"] == last.state.get("status") else None
