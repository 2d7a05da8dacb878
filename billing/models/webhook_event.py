"""The inbox: what Stripe said, exactly as it said it."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from billing.models.fields import one_of, stripe_key


class EventStatus(models.TextChoices):
    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    FAILED = "failed", "Retrying"
    DEAD = "dead"
    QUARANTINED = "quarantined"


WAITING = (EventStatus.RECEIVED, EventStatus.FAILED)


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    def due(self, *, now: datetime) -> "WebhookEventQuerySet":
        """Received, or failed with its retry due."""
        return self.filter(status__in=WAITING, next_retry_at__lte=now)


class WebhookEvent(models.Model):
    """One event. `payload` is the body whose signature was verified, as text: it may hold what no JSON column
    takes. `superseded` marks an event that was older than what had been applied to its object; its facts are
    recorded, its snapshot is not. `next_retry_at` is the time from which it is due."""

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
    error_code = models.CharField(max_length=128, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    received_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)

    objects = WebhookEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_retry_at", "id"],
                name="webhook_event_due",
                condition=models.Q(status__in=[str(status) for status in WAITING]),
            ),
            models.Index(fields=["object_id", "stripe_created_at"], name="webhook_event_object"),
            models.Index(fields=["status", "-id"], name="webhook_event_status"),
            models.Index(fields=["received_at"], name="webhook_event_received"),
        ]
        constraints = [one_of("webhook_event_status", "status", EventStatus.values)]

    def __str__(self) -> str:
        return self.stripe_event_id
