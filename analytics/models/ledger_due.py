"""Work for the ledger."""

from datetime import datetime

from django.db import models
from django.utils import timezone


class LedgerDueQuerySet(models.QuerySet["LedgerDue"]):
    def due(self, *, now: datetime) -> "LedgerDueQuerySet":
        return self.filter(due_at__lte=now)


class LedgerDue(models.Model):
    """A fact was recorded that the ledger has not read.

    Written in the fact's own transaction and unique by the event, not by the subscription: a mark that another
    transaction is about to take away would swallow one of the same key, and with it the fact that it stands for.
    `attempts` and `error` tell of folds that failed; `due_at` is the time of the next."""

    source_id = models.CharField(max_length=255, unique=True)
    subscription_id = models.CharField(max_length=255)
    marked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    objects = LedgerDueQuerySet.as_manager()

    class Meta:
        verbose_name = "ledger mark"
        indexes = [
            models.Index(fields=["due_at", "id"], name="ledger_due_next"),
            models.Index(fields=["subscription_id"], name="ledger_due_subscription"),
        ]

    def __str__(self) -> str:
        return self.subscription_id
