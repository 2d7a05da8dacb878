"""How the inbox does."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncMinute

from billing.models import StripeObject, WebhookEvent
from billing.models.webhook_event import OPEN, EventStatus

HOUR = timedelta(hours=1)
MINUTES = 60
DONE = (EventStatus.PROCESSED, EventStatus.IGNORED)
LEFT = tuple(status for status in EventStatus if status not in DONE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts of events that are not done; `oldest_due_seconds` is how long the oldest due event has waited (0 for
    none)."""

    received: int
    retrying: int
    dead: int
    quarantined: int
    oldest_due_seconds: int


@dataclass(frozen=True, slots=True)
class InboxState:
    """What waits, and how many events of the last hour are processed; `mirror_due` are objects, not events."""

    waiting: Waiting
    processed_last_hour: int
    mirror_due: int


@dataclass(frozen=True, slots=True)
class LastHour:
    """Events received in the last 60 minutes: `by_minute` from the oldest minute to the running one."""

    by_minute: tuple[int, ...]
    done: int
    failed: int

    @property
    def received(self) -> int:
        return sum(self.by_minute)

    @property
    def success_rate(self) -> float | None:
        """From 0 to 1, of those that were tried; None where none was."""
        tried = self.done + self.failed
        return self.done / tried if tried else None


def state(now: datetime) -> InboxState:
    """One indexed look at the waiting rows, one at those of the last hour, one at the mirror's queue."""
    recent = WebhookEvent.objects.filter(status=EventStatus.PROCESSED, received_at__gte=now - HOUR).count()
    return InboxState(waiting(now), recent, StripeObject.objects.mirror_due(now=now).count())


def waiting(now: datetime) -> Waiting:
    """By the index of states: what is done, which is nearly all, is not read."""
    counts = WebhookEvent.objects.filter(status__in=LEFT).aggregate(
        received=Count("id", filter=Q(status__in=[EventStatus.RECEIVED, EventStatus.PROCESSING])),
        retrying=Count("id", filter=Q(status=EventStatus.FAILED)),
        dead=Count("id", filter=Q(status=EventStatus.DEAD)),  # each has an open dead letter
        quarantined=Count("id", filter=Q(status=EventStatus.QUARANTINED)),
        oldest=Min("next_retry_at", filter=Q(status__in=OPEN, next_retry_at__lte=now)),
    )
    oldest = counts.pop("oldest")
    return Waiting(**counts, oldest_due_seconds=int((now - oldest).total_seconds()) if oldest else 0)


def last_hour(now: datetime) -> LastHour:
    """One query, by the index of `received_at`."""
    running = now.replace(second=0, microsecond=0)
    first = running - (MINUTES - 1) * timedelta(minutes=1)
    rows = WebhookEvent.objects.filter(received_at__gte=first, received_at__lte=now).order_by()
    by_minute: Counter[int] = Counter()
    by_status: Counter[str] = Counter()
    for minute, status, count in rows.values_list(TruncMinute("received_at"), "status").annotate(Count("id")):
        by_minute[int((minute - first).total_seconds()) // 60] += count
        by_status[status] += count
    failed = sum(by_status[one] for one in (EventStatus.FAILED, EventStatus.DEAD))
    return LastHour(tuple(by_minute[each] for each in range(MINUTES)), sum(by_status[one] for one in DONE), failed)
