"""Have events processed again, or give them up, by a person's decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from audit.record import Entry, record_all
from billing.enqueue import enqueue
from billing.inbox.receive import PROCESS_TASK
from billing.models import DeadLetter, Replay, WebhookEvent
from billing.models.dead_letter import LetterStatus
from billing.models.webhook_event import OPEN, EventStatus
from billing.services.errors import Cannot

MOST = 10_000
"""Events in one replay."""
AT_WORK = (EventStatus.PROCESSED, EventStatus.PROCESSING)


class CannotReplay(Cannot):
    """The event is done: processing it again would change nothing."""

    code = "cannot_replay"


class CannotDiscard(Cannot):
    """Only what was given up or put aside can be discarded."""

    code = "cannot_discard"


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


def replay_all(*, ids: Sequence[int], chosen: str, reason: str, by: Actor) -> Replay:
    """Make these events (primary keys, at most MOST) due now, all in one transaction: all of them or none.

    What was processed meanwhile, or is being processed in this moment, stays as it is; the rest names the replay, so
    that what fails again leads back to it. `chosen` says in words how they were picked. Raises CannotReplay where none
    is left, or there are too many.
    """
    if len(ids) > MOST:
        raise CannotReplay(f"{len(ids)} events are more than {MOST} at once: choose fewer.")
    with acting(by), transaction.atomic():
        held = WebhookEvent.objects.filter(pk__in=ids).exclude(status__in=AT_WORK)
        rows = list(held.select_for_update(skip_locked=True).order_by("pk").defer("payload"))
        if not rows:
            raise CannotReplay("All of them were processed, or are being processed now.")
        asked = Replay.objects.create(
            asked_by_kind=by.kind, asked_by_id=by.id, chosen=chosen, reason=reason, events_count=len(rows)
        )
        _make_due(rows, asked, reason, by)
        enqueue(PROCESS_TASK)
    return asked


def _make_due(rows: Sequence[WebhookEvent], asked: Replay, reason: str, by: Actor) -> None:
    now, ids = asked.asked_at, [row.pk for row in rows]
    WebhookEvent.objects.filter(pk__in=ids).update(
        status=EventStatus.RECEIVED, next_retry_at=now, retry_count=0, losses=0, replay=asked
    )
    letters = DeadLetter.objects.filter(event__in=ids).open()
    letters.update(
        status=LetterStatus.REPLAYED, closed_at=now, closed_by_kind=by.kind, closed_by_id=by.id, close_reason=reason
    )
    record_all(entry_of("webhook.replayed", row, reason, was=row.status, replay=asked.pk) for row in rows)


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


def _close(row: WebhookEvent, status: LetterStatus, reason: str, by: Actor, now: datetime) -> None:
    DeadLetter.objects.filter(event=row).open().update(
        status=status, closed_at=now, closed_by_kind=by.kind, closed_by_id=by.id, close_reason=reason
    )


def _log(action: str, row: WebhookEvent, reason: str, **after: object) -> None:
    record_all([entry_of(action, row, reason, **after)])


def entry_of(action: str, row: WebhookEvent, reason: str, **after: object) -> Entry:
    """What the log says of something done to an event."""
    return Entry(
        action,
        ("webhook_event", row.stripe_event_id),
        row.organization_id,
        after={"type": row.event_type, "object": row.object_id, **after},
        reason=reason,
    )
