"""The newest snapshot of each Stripe object."""

from datetime import datetime

from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from billing.models.fields import stripe_key

CREATED = Cast(KT("snapshot__created"), models.BigIntegerField())


class StripeObjectQuerySet(models.QuerySet["StripeObject"]):
    def mirror_due(self, *, now: datetime) -> "StripeObjectQuerySet":
        return self.filter(mirror_due_at__lte=now)

    def with_created(self) -> "StripeObjectQuerySet":
        """With `created`: when Stripe says that it was made, in Unix seconds; of an index."""
        return self.annotate(created=CREATED)

    def unmet(self, *, since: datetime) -> "StripeObjectQuerySet":
        """Those that a walk that began at `since` has not met, and that were there before it."""
        met = models.Q(listed_at__gte=since)
        return self.filter(deleted=False, updated_at__lt=since).exclude(met)


class StripeObject(models.Model):
    """The guard of order, the unit of the lock, and the source of `rebuild_projection` and of the mirror.

    `event_time`, `event_type` and `previous` are those of the event that the snapshot came with; no time
    means that it was an API answer. `version` counts the writes. `mirror_due_at` is the time from which
    dj-stripe should be given the snapshot; None once it has it. `fetched_at` is when Stripe was last asked for it
    because it seemed to stand still, `listed_at` when a walk through all of Stripe last met it."""

    stripe_id = stripe_key()
    object_type = models.CharField(max_length=64)
    livemode = models.BooleanField(default=False)
    api_version = models.CharField(max_length=64)
    snapshot = models.JSONField()
    event_time = models.DateTimeField(null=True)
    event_type = models.CharField(max_length=128, blank=True, default="")
    previous = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    deleted = models.BooleanField(default=False)
    mirror_due_at = models.DateTimeField(null=True, default=timezone.now)
    mirror_attempts = models.PositiveIntegerField(default=0)
    mirror_error = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(null=True)

    objects = StripeObjectQuerySet.as_manager()

    class Meta:
        verbose_name = "Stripe object"
        indexes = [
            models.Index(
                fields=["mirror_due_at", "id"],
                name="stripe_object_mirror_due",
                condition=models.Q(mirror_due_at__isnull=False),
            ),
            models.Index(fields=["object_type", "id"], name="stripe_object_type"),
            models.Index("object_type", CREATED, name="stripe_object_created"),
        ]

    def __str__(self) -> str:
        return self.stripe_id
