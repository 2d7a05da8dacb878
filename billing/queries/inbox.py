"""How the inbox does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from billing.models import StripeObject, WebhookEvent
from billing.models.webhook_event import OPEN, EventStatus


@dataclass(frozen=True, slots=True)
class InboxState:
    """Counts of events; `oldest_due_seconds` is how long the oldest due event has waited (0 for none)."""

    received: int
    retrying: int
    dead: int
    quarantined: int
    processed_last_hour: int
    oldest_due_seconds: int
    mirror_due: int


def state(now: datetime) -> InboxState:
    """One indexed look at the waiting rows, one at those of the last hour, one at the mirror's queue."""
    waiting = WebhookEvent.objects.exclude(status__in=[EventStatus.PROCESSED, EventStatus.IGNORED]).aggregate(
        received=Count("id", filter=Q(status__in=[EventStatus.RECEIVED, EventStatus.PROCESSING])),
        retrying=Count("id", filter=Q(status=EventStatus.FAILED)),
        dead=Count("id", filter=Q(status=EventStatus.DEAD)),  # each has an open dead letter
        quarantined=Count("id", filter=Q(status=EventStatus.QUARANTINED)),
        oldest=Min("next_retry_at", filter=Q(status__in=OPEN, next_retry_at__lte=now)),
    )
    oldest = waiting.pop("oldest")
    recent = WebhookEvent.objects.filter(
        status=EventStatus.PROCESSED, received_at__gte=now - timedelta(hours=1)
    ).count()
    return InboxState(
        **waiting,
        processed_last_hour=recent,
        oldest_due_seconds=int((now - oldest).total_seconds()) if oldest else 0,
        mirror_due=StripeObject.objects.mirror_due(now=now).count(),
    )
