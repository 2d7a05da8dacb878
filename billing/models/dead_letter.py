"""An event that was given up after its last retry: work for a person, until somebody decides."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from billing.models.fields import one_of


class LetterStatus(models.TextChoices):
    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


class DeadLetterQuerySet(models.QuerySet["DeadLetter"]):
    def open(self) -> "DeadLetterQuerySet":
        return self.filter(status=LetterStatus.OPEN)


class DeadLetter(models.Model):
    """Why the event died, whose task it is, and how it ended. Never deleted by itself.

    `owner` took it; `snoozed_until` hides it from the open work for a while, for `snooze_reason`. An event that dies
    again after a replay has a new letter, and the old one stays closed as replayed."""

    event = models.ForeignKey("billing.WebhookEvent", on_delete=models.PROTECT, related_name="letters")
    status = models.CharField(max_length=16, choices=LetterStatus.choices, default=LetterStatus.OPEN)
    died_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField()
    error_code = models.CharField(max_length=128)
    error_message = models.TextField(blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True)
    snooze_reason = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by_kind = models.CharField(max_length=16, blank=True, default="")
    closed_by_id = models.CharField(max_length=128, blank=True, default="")
    close_reason = models.TextField(blank=True, default="")

    objects = DeadLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "dead letter"
        indexes = [models.Index(fields=["status", "-id"], name="dead_letter_status")]
        constraints = [
            one_of("dead_letter_status", "status", LetterStatus.values),
            models.UniqueConstraint(
                fields=["event"], name="dead_letter_one_open", condition=models.Q(status=LetterStatus.OPEN)
            ),
            models.CheckConstraint(
                name="dead_letter_closed_whole",
                condition=models.Q(status=LetterStatus.OPEN, closed_at=None)
                | ~models.Q(status=LetterStatus.OPEN) & models.Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.error_code}"
