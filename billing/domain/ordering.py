"""Which of two snapshots of one Stripe object is the newer.

Stripe promises no order of delivery, and its times have a resolution of one second, so that two events of one
object often tie (https://docs.stripe.com/webhooks#event-ordering). Arrival order never decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from billing.domain.states import one_way_rank

Snapshot = Mapping[str, Any]


class Order(Enum):
    NEWER = "newer"
    OLDER = "older"
    SAME = "same"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Version:
    """One sighting of an object.

    `time` is the event's `created` (Unix seconds); None for an API answer, which Stripe does not date.
    `previous` is the event's `previous_attributes`. A stored version with a time and no `event_type` is dated but
    ambiguous: several events of that second showed it, or Stripe settled a doubt about it.
    """

    snapshot: Snapshot
    time: int | None = None
    event_type: str = ""
    previous: Mapping[str, Any] = field(default_factory=dict)


def compare(candidate: Version, stored: Version) -> Order:
    """How `candidate` stands to `stored`.

    UNKNOWN means that only Stripe can say: the caller fetches the object. A stored version without a time was
    read from the API at an unknown moment, so a differing event cannot be placed either.
    """
    if candidate.snapshot == stored.snapshot:
        return Order.SAME
    if candidate.time is None or stored.time is None:
        return Order.UNKNOWN
    if candidate.time != stored.time:
        return Order.NEWER if candidate.time > stored.time else Order.OLDER
    return _settle_tie(candidate, stored)


def _settle_tie(candidate: Version, stored: Version) -> Order:
    for rule in (_by_life, _by_one_way_status, _by_previous_attributes):
        order = rule(candidate, stored)
        if order is not Order.UNKNOWN:
            return order
    return Order.UNKNOWN


def _by_life(candidate: Version, stored: Version) -> Order:
    """`created` comes before, `deleted` after everything else."""
    return _compare(_life(candidate.event_type), _life(stored.event_type))


def _life(event_type: str) -> int:
    if event_type.endswith(".deleted"):
        return 2
    return 0 if event_type.endswith(".created") else 1


def _by_one_way_status(candidate: Version, stored: Version) -> Order:
    return _compare(_progress(candidate.snapshot), _progress(stored.snapshot))


def _progress(snapshot: Snapshot) -> tuple[int, int, int]:
    """Values that only ever grow in an object's life."""
    return (
        one_way_rank(str(snapshot.get("object", "")), snapshot.get("status")),
        int(snapshot.get("amount_refunded") or 0),
        int(snapshot.get("attempt_count") or 0),
    )


def _by_previous_attributes(candidate: Version, stored: Version) -> Order:
    """An event says what its object looked like before: whoever looks like that came before."""
    if not stored.event_type:
        return Order.UNKNOWN
    candidate_follows = _follows(candidate, stored)
    stored_follows = _follows(stored, candidate)
    if candidate_follows == stored_follows:
        return Order.UNKNOWN
    return Order.NEWER if candidate_follows else Order.OLDER


def _follows(later: Version, earlier: Version) -> bool:
    """`earlier` is just what `later` was before its event: all that the event does not name is the same in both."""
    return bool(later.previous) and _was(later.snapshot, later.previous, earlier.snapshot)


def _was(now: Snapshot, before: Snapshot, shown: Snapshot) -> bool:
    return all(_field_was(now.get(key), before, key, shown.get(key)) for key in now.keys() | shown.keys())


def _field_was(now: Any, before: Snapshot, key: str, shown: Any) -> bool:
    if key not in before:
        return bool(now == shown)
    former = before[key]
    if former != shown and isinstance(former, Mapping) and isinstance(now, Mapping) and isinstance(shown, Mapping):
        return _was(now, former, shown)
    return bool(former == shown)


def _compare(candidate: Any, stored: Any) -> Order:
    if candidate == stored:
        return Order.UNKNOWN
    return Order.NEWER if candidate > stored else Order.OLDER
