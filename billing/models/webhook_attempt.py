"""What became of each try of an event that did not go through at once."""

from django.db import models
from django.utils import timezone


class WebhookAttempt(models.Model):
    """One try that failed, came too early, or was lost with its worker; or the one that succeeded after such.

    Events that went through at the first try have none: `processed_at` says all. Append-only."""

    event = models.ForeignKey("billing.WebhookEvent", on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=16)
    error_code = models.CharField(max_length=128, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    next_retry_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.event_id} {self.outcome}"
