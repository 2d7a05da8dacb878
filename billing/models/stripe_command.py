"""What we asked of Stripe, with the key under which it may be asked again."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from billing.domain.ids import new_command_id
from billing.models.fields import one_of


class CommandStatus(models.TextChoices):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


KEY_LIFE = timedelta(hours=23)  # Stripe may forget an idempotency key after 24 hours
UNFINISHED = (CommandStatus.PENDING, CommandStatus.UNKNOWN)


class StripeCommandQuerySet(models.QuerySet["StripeCommand"]):
    def due(self, *, now: datetime) -> "StripeCommandQuerySet":
        """Unfinished ones that nobody holds a lease on, of any age."""
        return self.filter(status__in=UNFINISHED, next_attempt_at__lte=now)


class StripeCommand(models.Model):
    """One write to Stripe. It is committed before the call, so that a crash in between is finished later with the
    same `idempotency_key`. UNKNOWN: Stripe may or may not have done it (time-out, 5xx); so it is looked up before it is
    asked again. `key_spent`: Stripe answered 5xx under the key, and would only repeat that for a day.

    `organization` is None for the installation's own, such as publishing the catalog; customers' requests do not
    read this table. `result_id` is the id of the object in Stripe's answer. `next_attempt_at` doubles as the lease:
    whoever runs the command moves it ahead first."""

    public_id = models.CharField(max_length=64, unique=True, default=new_command_id)
    organization = models.ForeignKey("billing.Organization", on_delete=models.PROTECT, null=True, related_name="+")
    operation = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    idempotency_key = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=16, choices=CommandStatus.choices, default=CommandStatus.PENDING)
    key_spent = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    result_id = models.CharField(max_length=255, blank=True, default="")
    error_code = models.CharField(max_length=128, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    decline_code = models.CharField(max_length=64, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=128)
    request_id = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = StripeCommandQuerySet.as_manager()

    class Meta:
        verbose_name = "Stripe command"
        indexes = [
            models.Index(fields=["request_id"], name="stripe_command_request"),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="stripe_command_due",
                condition=models.Q(status__in=[str(status) for status in UNFINISHED]),
            ),
        ]
        constraints = [one_of("stripe_command_status", "status", CommandStatus.values)]

    def __str__(self) -> str:
        return f"{self.operation} {self.public_id}"

    def key_is_old(self, *, now: datetime) -> bool:
        """Whether Stripe may have forgotten the key: asked again under it, it might do the same once more."""
        return self.created_at <= now - KEY_LIFE
