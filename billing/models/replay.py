"""Many events that somebody had processed again at once."""

from django.db import models
from django.utils import timezone


class Replay(models.Model):
    """Who asked, why, and for which events: `chosen` says in words how they were picked, `events_count` how many were
    made due. The events name it, so that what fails again leads back here; how far it came is their states."""

    asked_at = models.DateTimeField(default=timezone.now)
    asked_by_kind = models.CharField(max_length=16)
    asked_by_id = models.CharField(max_length=128)
    chosen = models.TextField()
    reason = models.TextField()
    events_count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "replay"

    def __str__(self) -> str:
        return f"Replay {self.pk}"
