"""The inbox: what Stripe said, exactly as it said it."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from billing.models.fields import one_of, stripe_key


class EventStatus(models.TextChoices):
    RECEIVED = "received"
    PROCESSING = "processing"
    PROCESSED = "processed"
    IGNORED = "ignored"
    FAILED = "failed", "Retrying"
    DEAD = "dead"
    QUARANTINED = "quarantined"


WAITING = (EventStatus.RECEIVED, EventStatus.FAILED)
OPEN = (*WAITING, EventStatus.PROCESSING)


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    def due(self, *, now: datetime) -> "WebhookEventQuerySet":
        """Received, failed with its retry due, or claimed by a worker whose lease has ended."""
        return self.filter(status__in=OPEN, next_retry_at__lte=now)


class WebhookEvent(models.Model):
    """One event. `payload` is the body whose signature was verified, as text: it may hold what no JSON column
    takes. `superseded` marks an event that was older than what had been applied to its object; its facts are
    recorded, its snapshot is not.

    `next_retry_at` is the time from which it is due; while it is being processed, the end of the lease of the
    worker that holds it. `claim` names that worker's hold: who has lost it cannot finish the event. `losses` counts
    the workers that vanished while they held it: an event that kills is taken by fewer neighbours each time, alone in
    the end, and dies after some more. `replay` is the last one of many that it was part of."""

    stripe_event_id = stripe_key()
    event_type = models.CharField(max_length=128)
    object_id = models.CharField(max_length=255, blank=True, default="")
    api_version = models.CharField(max_length=64, blank=True, default="")
    livemode = models.BooleanField(default=False)
    organization_id = models.BigIntegerField(null=True)
    stripe_created_at = models.DateTimeField()
    payload = models.TextField()
    status = models.CharField(max_length=16, choices=EventStatus.choices, default=EventStatus.RECEIVED)
    superseded = models.BooleanField(default=False)
    retry_count = models.PositiveIntegerField(default=0)
    next_retry_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True)
    losses = models.PositiveSmallIntegerField(db_default=0, default=0)
    error_code = models.CharField(max_length=128, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    replay = models.ForeignKey(
        "billing.Replay", on_delete=models.PROTECT, null=True, related_name="events", db_index=False
    )
    received_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)

    objects = WebhookEventQuerySet.as_manager()

    class Meta:
        permissions = [("replay_webhookevent", "Can process events again, and give them up")]
        indexes = [
            models.Index(
                fields=["next_retry_at", "id"],
                name="webhook_event_open",
                condition=models.Q(status__in=[str(status) for status in OPEN]),
            ),
            models.Index(fields=["object_id", "stripe_created_at"], name="webhook_event_object"),
            models.Index(fields=["status", "-id"], name="webhook_event_status"),
            models.Index(fields=["received_at"], name="webhook_event_received"),
            models.Index(
                fields=["replay", "status"], name="webhook_event_replay", condition=models.Q(replay__isnull=False)
            ),
        ]
        constraints = [one_of("webhook_event_status", "status", EventStatus.values)]

    def __str__(self) -> str:
        return self.stripe_event_id
