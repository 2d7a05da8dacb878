from django.db import models
from django.utils import timezone


class Verification(models.Model):
    """One run of the verification and what it found; `faults` are the first bad place of each broken chain."""

    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    chains = models.BigIntegerField(default=0)
    entries = models.BigIntegerField(default=0)
    intact = models.BooleanField(null=True)
    faults = models.JSONField(default=list)
    against = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        verbose_name = "verification"

    def __str__(self) -> str:
        return f"verification of {self.started_at:%Y-%m-%d %H:%M}"


class Anchor(models.Model):
    """Heads of all chains that were signed and written to where this database does not reach."""

    made_at = models.DateTimeField()
    place = models.CharField(max_length=512)
    key_id = models.CharField(max_length=16)
    chains = models.BigIntegerField()
    entries = models.BigIntegerField()

    class Meta:
        verbose_name = "anchor"

    def __str__(self) -> str:
        return f"anchor of {self.made_at:%Y-%m-%d %H:%M}"
