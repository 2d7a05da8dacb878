"""Settle one object: which of the sightings, the stored row and the API answer is its newest state."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from billing.domain.ordering import Order, Version, compare
from billing.gateway.fields import required_moment
from billing.gateway.objects import can_fetch
from billing.models import StripeObject
from billing.projection.sighting import Applied, Fetched, Sighting, Verdict


def settle(
    stripe_id: str,
    stored: StripeObject | None,
    sightings: Sequence[Sighting],
    answer: Fetched | None,
    outcome: Applied,
) -> StripeObject | None:
    """The row to write, None where nothing changes. Verdicts go to `outcome`."""
    if answer is not None:
        return _settle_by_answer(stored, sightings, answer, outcome)
    row, changed = stored, False
    for sighting in _in_order(sightings, stored):
        order = _order(sighting, row)
        if order is Order.UNKNOWN:
            _leave_to_stripe(stripe_id, stored, sightings, outcome)
            return None
        if row is not None and order is Order.SAME and _came_back(sighting, row):
            changed = _stand_by_itself(row) or changed
        elif row is None or order is Order.NEWER or (order is Order.SAME and _is_later(sighting, row)):
            row, changed = _seen(row, sighting), True
        outcome.verdicts[sighting.key] = Verdict.SUPERSEDED if order is Order.OLDER else Verdict.APPLIED
    return row if changed else None


def _in_order(sightings: Sequence[Sighting], stored: StripeObject | None) -> list[Sighting]:
    """By time; but first whatever equals a row of unknown time, because it gives the row its time."""
    undated = stored is not None and stored.event_time is None
    return sorted(
        sightings,
        key=lambda one: (not (undated and stored is not None and one.snapshot == stored.snapshot), one.time, one.key),
    )


def _order(sighting: Sighting, row: StripeObject | None) -> Order:
    fetchable = can_fetch(sighting.object_type)
    if fetchable and not sighting.trusted:
        return Order.UNKNOWN
    if row is None:
        return Order.NEWER
    order = compare(sighting.version(), version_of(row))
    return _by_content(sighting, row) if order is Order.UNKNOWN and not fetchable else order


def _by_content(sighting: Sighting, row: StripeObject) -> Order:
    """Nobody can say: any rule will do that does not depend on who came first."""
    return Order.NEWER if canonical(sighting.snapshot) > canonical(row.snapshot) else Order.OLDER


def canonical(snapshot: object) -> str:
    return json.dumps(snapshot, sort_keys=True)


def _came_back(sighting: Sighting, row: StripeObject) -> bool:
    """Within one second the object looked like this, otherwise, and like this again: two events show it and tell
    of different former states. What comes from in between can no longer be placed by what it says of its past."""
    apart = row.event_time is None or int(row.event_time.timestamp()) != sighting.time
    if apart or row.deleted or _deletes(sighting):
        return False
    one_was_the_first = sighting.event_type.endswith(".created") or row.event_type.endswith(".created")
    of_one_kind = sighting.event_type == row.event_type or one_was_the_first
    return not row.event_type or (of_one_kind and sighting.previous != row.previous)


def _stand_by_itself(row: StripeObject) -> bool:
    """Dated, but by no event alone: another state of the same second is left to Stripe. Whether that is new."""
    is_new = bool(row.event_type)
    row.event_type, row.previous = "", {}
    row.version += 1 if is_new else 0
    return is_new


def _is_later(sighting: Sighting, row: StripeObject) -> bool:
    """The same content seen again later: nothing from in between may be applied after it. Several events of one
    second often carry the same content; the one that says most is kept, whichever came first."""
    if row.event_time is None:
        return True
    return _rank(sighting.time, sighting.previous, sighting.event_type) > _rank(
        int(row.event_time.timestamp()), row.previous, row.event_type
    )


def _rank(time: int, previous: object, event_type: str) -> tuple[int, bool, bool, str]:
    return time, event_type.endswith(".deleted"), bool(previous), event_type


def version_of(row: StripeObject) -> Version:
    time = int(row.event_time.timestamp()) if row.event_time else None
    return Version(row.snapshot, time, row.event_type, row.previous)


def _leave_to_stripe(
    stripe_id: str, stored: StripeObject | None, sightings: Sequence[Sighting], outcome: Applied
) -> None:
    for sighting in sightings:
        outcome.verdicts[sighting.key] = Verdict.DOUBTFUL
    outcome.doubtful[stripe_id] = sightings[0].object_type
    outcome.versions[stripe_id] = stored.version if stored else 0


def _settle_by_answer(
    stored: StripeObject | None, sightings: Sequence[Sighting], answer: Fetched, outcome: Applied
) -> StripeObject | None:
    """Stripe's answer came after all of these events; it counts unless somebody wrote meanwhile."""
    if (stored.version if stored else 0) != answer.noted_version:
        if sightings:
            _leave_to_stripe(answer.stripe_id, stored, sightings, outcome)
        else:
            outcome.doubtful[answer.stripe_id] = answer.object_type
            outcome.versions[answer.stripe_id] = stored.version if stored else 0
        return None
    row = _answered(stored, sightings, answer)
    for sighting in sightings:
        same = answer.snapshot is not None and sighting.snapshot == answer.snapshot
        outcome.verdicts[sighting.key] = Verdict.APPLIED if same or not sighting.trusted else Verdict.SUPERSEDED
        if same and row is not None:
            _date_answer(row, sighting)
    return row


def _date_answer(row: StripeObject, sighting: Sighting) -> None:
    """An answer that equals an event takes its time, the latest if there are several. It settled a doubt, so that
    another state of that second is doubtful again."""
    moment = required_moment(sighting.time)
    if row.event_time is None or moment > row.event_time:
        row.event_time = moment
    if not row.deleted:
        row.event_type, row.previous = "", {}


def _answered(stored: StripeObject | None, sightings: Sequence[Sighting], answer: Fetched) -> StripeObject | None:
    if answer.snapshot is None:
        return _gone(stored, sightings)
    deleted = bool(answer.snapshot.get("deleted"))
    deletion = _deletion(sightings) if deleted else None
    if stored is not None and stored.snapshot == answer.snapshot and stored.deleted == deleted and deletion is None:
        return stored
    return _row(
        stored,
        stripe_id=answer.stripe_id,
        object_type=answer.object_type,
        snapshot=answer.snapshot,
        livemode=bool(answer.snapshot.get("livemode")),
        event_time=required_moment(deletion.time) if deletion else None,
        event_type=deletion.event_type if deletion else "",
        previous={},
        deleted=deleted,
    )


def _deletion(sightings: Sequence[Sighting]) -> Sighting | None:
    """The event that dates what the answer confirms: nothing comes after a deletion."""
    told = [one for one in sightings if _deletes(one)]
    return max(told, key=lambda one: one.time, default=None)


def _gone(stored: StripeObject | None, sightings: Sequence[Sighting]) -> StripeObject | None:
    """Stripe has it no more: keep the last that was seen, marked as deleted."""
    if stored is None and not sightings:
        return None
    if stored is not None:
        stored.deleted, stored.version, stored.mirror_due_at = True, stored.version + 1, None
        stored.event_time = stored.event_time or timezone.now()
        return stored
    row = _seen(None, max(sightings, key=lambda one: one.time))
    row.deleted, row.mirror_due_at = True, None
    return row


def _seen(row: StripeObject | None, sighting: Sighting) -> StripeObject:
    """The row as the event shows it. The event of a deletion often shows just what the one before it showed."""
    if row is not None and row.snapshot == sighting.snapshot:
        _date(row, sighting)
        row.deleted = row.deleted or _deletes(sighting)
        row.version += 1
        return row
    return _row(
        row,
        stripe_id=sighting.stripe_id,
        object_type=sighting.object_type,
        snapshot=sighting.snapshot,
        livemode=sighting.livemode,
        event_time=required_moment(sighting.time),
        event_type=sighting.event_type,
        previous=sighting.previous,
        deleted=_deletes(sighting),
    )


def _date(row: StripeObject, sighting: Sighting) -> None:
    row.event_time = required_moment(sighting.time)
    row.event_type, row.previous = sighting.event_type, sighting.previous


def _deletes(sighting: Sighting) -> bool:
    """A subscription that ended can be read for ever, though its event is called "deleted" too."""
    return sighting.event_type.endswith(".deleted") and sighting.object_type != "subscription"


def _row(row: StripeObject | None, **values: object) -> StripeObject:
    due: datetime = timezone.now()
    return StripeObject(
        **values,
        api_version=settings.STRIPE_API_VERSION,
        version=row.version + 1 if row else 1,
        mirror_due_at=due,
    )
