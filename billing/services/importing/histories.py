"""The first known state of each subscription as a fact, for the time before Stripe's list of events begins.

What happened before is not in Stripe's API: earlier prices and quantities, pauses, spans of being past due. So one
fact says no more than is known: the earliest state that we can see, from the earliest moment at which it may have
begun, marked as inferred. Of a subscription that ended before, only its end is known.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cmp_to_key
from typing import Any

from billing.domain.ordering import Order, Version, compare
from billing.gateway.client import Json
from billing.gateway.fields import customer_of, required_moment
from billing.models import Organization, StripeObject, SubscriptionChange, WebhookEvent
from billing.models.subscription_change import Precision
from billing.projection.subscriptions import state_of

CHUNK = 200
CAUSE = "imported"
_SIGNS = {Order.NEWER: 1, Order.OLDER: -1}


@dataclass(frozen=True, slots=True)
class Earliest:
    """The first events that we have of a subscription, all of one second; none where there are none."""

    at: datetime | None
    events: list[Json]

    @property
    def shows_its_beginning(self) -> bool:
        return any(event["type"] == "customer.subscription.created" for event in self.events)


def record_histories(*, after: int) -> tuple[int, int]:
    """Record the facts of the next subscriptions after the StripeObject with the primary key `after`, in the caller's
    transaction. Returns (the last one's primary key, facts recorded); (0, 0) at the end. Done twice, it adds nothing.
    """
    rows = list(StripeObject.objects.filter(object_type="subscription", id__gt=after).order_by("id")[:CHUNK])
    if not rows:
        return 0, 0
    earliest = _earliest([row.stripe_id for row in rows])
    customers = {customer_of(row.snapshot) for row in rows}
    owners = dict(Organization.objects.filter(stripe_customer_id__in=customers).values_list("stripe_customer_id", "pk"))
    facts = [fact for row in rows if (fact := _fact(row.snapshot, earliest[row.stripe_id], owners))]
    known = SubscriptionChange.objects.filter(source_id__in=[fact.source_id for fact in facts])
    there = set(known.values_list("source_id", flat=True))
    new = [fact for fact in facts if fact.source_id not in there]
    SubscriptionChange.objects.bulk_create(new, ignore_conflicts=True)
    return rows[-1].pk, len(new)


def _fact(subscription: Json, earliest: Earliest, owners: Mapping[Any, int]) -> SubscriptionChange | None:
    """None where its beginning is told by events, or nobody's it is."""
    owner = owners.get(customer_of(subscription))
    if owner is None or earliest.shows_its_beginning:
        return None
    first = _before(earliest.events) if earliest.events else subscription
    begun = began_at(first)
    if earliest.at is not None and begun >= earliest.at:
        return None
    return SubscriptionChange(
        organization_id=owner,
        subscription_id=subscription["id"],
        source_id=f"{CAUSE}:{subscription['id']}",
        event_type=CAUSE,
        cause=CAUSE,
        precision=Precision.INFERRED,
        effective_at=begun,
        state=state_of(first),
    )


def began_at(subscription: Json) -> datetime:
    """The earliest moment at which this state may have begun: not before the start, nor before the trial's end where
    it is on trial no more; and exactly at the end where it ended."""
    if subscription.get("ended_at"):
        return required_moment(subscription["ended_at"])
    start, trial_end = int(subscription["start_date"]), subscription.get("trial_end")
    over = trial_end is not None and subscription["status"] != "trialing"
    return required_moment(max(start, int(trial_end)) if over and trial_end is not None else start)


def _earliest(subscription_ids: Sequence[str]) -> dict[str, Earliest]:
    changes = SubscriptionChange.objects.filter(subscription_id__in=subscription_ids).exclude(cause=CAUSE)
    facts: dict[str, list[tuple[datetime, str]]] = {one: [] for one in subscription_ids}
    for subscription_id, at, source in changes.values_list("subscription_id", "effective_at", "source_id"):
        facts[subscription_id].append((at, source))
    first = {one: min(at for at, _ in told) for one, told in facts.items() if told}
    sources = {one: [source for at, source in told if at == first[one]] for one, told in facts.items()}
    wanted = [source for of_one in sources.values() for source in of_one]
    stored = WebhookEvent.objects.filter(stripe_event_id__in=wanted).values_list("stripe_event_id", "payload")
    payloads = {stripe_id: json.loads(payload) for stripe_id, payload in stored}
    return {
        one: Earliest(first.get(one), [payloads[source] for source in of_one if source in payloads])
        for one, of_one in sources.items()
    }


def _before(events: Sequence[Json]) -> Json:
    """The subscription as it was before the first of these events: what the event says of its past, undone."""
    first = sorted(sorted(events, key=lambda one: str(one["id"])), key=cmp_to_key(_compare))[0]["data"]
    return undone(first["object"], first.get("previous_attributes") or {})


def _compare(one: Json, other: Json) -> int:
    return _SIGNS.get(compare(_version(one), _version(other)), 0)


def _version(event: Json) -> Version:
    data = event["data"]
    return Version(data["object"], event["created"], event["type"], data.get("previous_attributes") or {})


def undone(now: Json, previous: Mapping[str, Any]) -> Json:
    """`now` with `previous_attributes` put back: lists whole, mappings by key unless they are of another thing."""
    former = dict(now)
    for key, value in previous.items():
        here = former.get(key)
        partial = isinstance(value, dict) and isinstance(here, dict) and not {"object", "id", "type"} & value.keys()
        former[key] = undone(here, value) if partial and isinstance(here, dict) else value
    return former
