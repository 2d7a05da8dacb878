"""One run of a scheduled job."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from billing.models.fields import one_of


class RunStatus(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost", "Interrupted"


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def abandoned(self, *, now: datetime) -> "JobRunQuerySet":
        """Running by name, but whoever ran them has not been heard of for the length of a lease."""
        return self.filter(status=RunStatus.RUNNING, lease_until__lt=now)


class JobRun(models.Model):
    """What a job did, and how far it came; the row is also its lock and its lease.

    One run of a job is running at a time, and one is made for each `slot` (the tick that asked for it; None where
    somebody asked by hand): both are unique. `progress` is the place from which the next run goes on where this one
    did not end as done; `counts` is what it did, by word."""

    job = models.CharField(max_length=64)
    slot = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, choices=RunStatus.choices, default=RunStatus.RUNNING)
    started_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")

    objects = JobRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["job", "-id"], name="job_run_newest")]
        constraints = [
            one_of("job_run_status", "status", RunStatus.values),
            models.UniqueConstraint(fields=["job", "slot"], name="job_run_one_a_slot"),
            models.UniqueConstraint(
                fields=["job"], name="job_run_one_at_a_time", condition=models.Q(status=RunStatus.RUNNING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.started_at:%Y-%m-%d %H:%M}"
