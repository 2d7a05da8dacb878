"""Requests that a caller may repeat."""

from django.db import models
from django.utils import timezone

from billing.models.fields import one_of


class IdempotencyStatus(models.TextChoices):
    RUNNING = "running"
    DONE = "done"


class IdempotencyRecord(models.Model):
    """The answer to one request under its `Idempotency-Key`. `scope` is whose keys these are: the organization's
    public id, or the key of the installation. `request_hash` is SHA-256 over caller, method, path and body;
    `request_id` is the id of the request that runs, or ran. `lease_until` bounds how long a crashed request blocks
    its key. Answers are kept for a day, without secrets."""

    scope = models.CharField(max_length=128)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    request_id = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=16, choices=IdempotencyStatus.choices, default=IdempotencyStatus.RUNNING)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body = models.TextField(blank=True, default="")
    response_type = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once"),
            one_of("idempotency_status", "status", IdempotencyStatus.values),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
