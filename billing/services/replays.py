"""Have events processed again, or give them up, by a person's decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from audit.record import record
from billing.enqueue import enqueue
from billing.inbox.receive import PROCESS_TASK
from billing.models import DeadLetter, User, WebhookEvent
from billing.models.dead_letter import LetterStatus
from billing.models.webhook_event import OPEN, EventStatus
from billing.services.errors import Cannot

DISCARDED = "discarded"


class CannotReplay(Cannot):
    """The event is done: processing it again would change nothing."""

    code = "cannot_replay"


class CannotDiscard(Cannot):
    """Only what was given up or put aside can be discarded."""

    code = "cannot_discard"


class CannotTake(Cannot):
    """The letter is closed."""

    code = "cannot_take"


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many of the events are due now, and how many were done already."""

    due: int
    done: int


def replay(*, event: WebhookEvent, reason: str, by: Actor) -> WebhookEvent:
    """Make the event due now, with all its attempts ahead of it; its dead letter is closed as replayed.

    One that waits, or is being processed, stays as it is: it is only due. Raises CannotReplay.
    """
    with acting(by), transaction.atomic():
        row = WebhookEvent.objects.select_for_update().get(pk=event.pk)
        if row.status == EventStatus.PROCESSED:
            raise CannotReplay("The event was processed; again it would change nothing.")
        was, now = row.status, timezone.now()
        if row.status != EventStatus.PROCESSING:
            row.status, row.next_retry_at = EventStatus.RECEIVED, now
        if was not in OPEN:
            row.retry_count = row.losses = 0
        row.save(update_fields=["status", "next_retry_at", "retry_count", "losses"])
        _close(row, LetterStatus.REPLAYED, reason, by, now)
        _log("webhook.replayed", row, reason, was=was)
        enqueue(PROCESS_TASK)
    return row


def replay_all(*, ids: Sequence[int], reason: str, by: Actor) -> Replayed:
    """Replay these events by primary key, each in a transaction of its own."""
    due = 0
    for event in WebhookEvent.objects.filter(pk__in=ids).order_by("stripe_created_at", "id").defer("payload"):
        try:
            replay(event=event, reason=reason, by=by)
        except CannotReplay:
            continue
        due += 1
    return Replayed(due, len(ids) - due)


def discard(*, event: WebhookEvent, reason: str, by: Actor) -> WebhookEvent:
    """Give the event up: it ends as ignored, keeps its payload and its error, and can be replayed later.

    Raises CannotDiscard.
    """
    with acting(by), transaction.atomic():
        row = WebhookEvent.objects.select_for_update().get(pk=event.pk)
        if row.status not in (EventStatus.DEAD, EventStatus.QUARANTINED, EventStatus.FAILED):
            raise CannotDiscard(f"The event is {row.status}; only dead, failed and quarantined ones can be discarded.")
        now = timezone.now()
        row.status, row.processed_at = EventStatus.IGNORED, now
        row.save(update_fields=["status", "processed_at"])
        _close(row, LetterStatus.DISCARDED, reason, by, now)
        _log("webhook.discarded", row, reason)
    return row


def take(*, letter: DeadLetter, owner: User, by: Actor) -> DeadLetter:
    """Make somebody responsible for a dead letter. Raises CannotTake."""
    with acting(by), transaction.atomic():
        row = _open_letter(letter)
        row.owner = owner
        row.save(update_fields=["owner"])
        _log("webhook.taken", row.event, "")
    return row


def snooze(*, letter: DeadLetter, until: datetime, reason: str, by: Actor) -> DeadLetter:
    """Put a dead letter off until a time, UTC. Raises CannotTake."""
    if until <= timezone.now():
        raise CannotTake("Put it off to a time that is still to come.", code="time_has_passed")
    with acting(by), transaction.atomic():
        row = _open_letter(letter)
        row.snoozed_until, row.snooze_reason = until, reason
        row.save(update_fields=["snoozed_until", "snooze_reason"])
        _log("webhook.snoozed", row.event, reason, until=until.isoformat())
    return row


def _open_letter(letter: DeadLetter) -> DeadLetter:
    row = DeadLetter.objects.select_for_update(of=("self",)).select_related("event").get(pk=letter.pk)
    if row.status != LetterStatus.OPEN:
        raise CannotTake(f"The letter was {row.status}; there is nothing left to do.")
    return row


def _close(row: WebhookEvent, status: LetterStatus, reason: str, by: Actor, now: datetime) -> None:
    DeadLetter.objects.filter(event=row).open().update(
        status=status, closed_at=now, closed_by_kind=by.kind, closed_by_id=by.id, close_reason=reason
    )


def _log(action: str, row: WebhookEvent, reason: str, **after: str) -> None:
    record(
        action,
        target=("webhook_event", row.stripe_event_id),
        organization_id=row.organization_id,
        after={"type": row.event_type, "object": row.object_id, **after},
        reason=reason,
    )
