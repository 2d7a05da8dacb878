"""What a comparison with Stripe found, and what became of it."""

from collections import Counter
from typing import Any

from django.db import models
from django.utils import timezone

from billing.domain.ids import new_reconciliation_id
from billing.models.fields import one_of


class ReconciliationStatus(models.TextChoices):
    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"


UNFINISHED = (ReconciliationStatus.ASKED, ReconciliationStatus.RUNNING)


class ReconciliationRun(models.Model):
    """One comparison of Stripe with our rows, resumable at each page; one is unfinished at a time.

    `nouns` are the object types, empty for all; `since` is what staff asked for, else each noun begins where the
    last run that was done ended (`watermarks`, the newest `created` that was seen, Unix seconds). `progress` is the
    place of the next page. `tallies` holds for each noun how many were checked, found by kind, healed and refreshed.
    Money is {currency: minor units}: `billed` is what Stripe's invoices say that were compared and `misbilled` by how
    much ours were off before healing; `left` is what is still open when the run ends."""

    public_id = models.CharField(max_length=64, unique=True, default=new_reconciliation_id)
    status = models.CharField(max_length=16, choices=ReconciliationStatus.choices, default=ReconciliationStatus.ASKED)
    full = models.BooleanField(default=False)
    nouns = models.JSONField(default=list)
    since = models.DateTimeField(null=True)
    asked_by_kind = models.CharField(max_length=16)
    asked_by_id = models.CharField(max_length=128)
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    watermarks = models.JSONField(default=dict)
    tallies = models.JSONField(default=dict)
    billed = models.JSONField(default=dict)
    misbilled = models.JSONField(default=dict)
    left = models.JSONField(default=dict)
    stripe_calls = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-asked_at", "-id"], name="reconciliation_newest")]
        constraints = [
            one_of("reconciliation_status", "status", ReconciliationStatus.values),
            models.UniqueConstraint(
                models.Value(1),
                name="reconciliation_one_unfinished",
                condition=models.Q(status__in=["asked", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def total(self, word: str) -> int:
        """Over all nouns."""
        return sum(int(tally.get(word, 0)) for tally in self.tallies.values())

    @property
    def found(self) -> int:
        return sum(self.total(kind) for kind in DiscrepancyKind.values)

    @property
    def discrepancy_rate(self) -> float:
        """Differences found for each object that was checked."""
        checked = self.total("checked")
        return self.found / checked if checked else 0.0

    @property
    def revenue_accuracy(self) -> float:
        """1 less how much our invoices were off, of what Stripe billed; the worst currency counts."""
        shares = [
            1 - min(self.misbilled.get(currency, 0) / billed, 1.0) for currency, billed in self.billed.items() if billed
        ]
        return min(shares, default=1.0)


class DiscrepancyKind(models.TextChoices):
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    FIELD_DIFFERS = "field_differs"
    AMOUNT_DIFFERS = "amount_differs"
    EFFECT_MISSING = "effect_missing"


class DiscrepancyStatus(models.TextChoices):
    OPEN = "open"
    HEALED = "healed"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    def open(self) -> "DiscrepancyQuerySet":
        return self.filter(status=DiscrepancyStatus.OPEN)

    def open_work(self) -> tuple[int, dict[str, int]]:
        """How many are open, and how far apart both sides are by currency, in minor units; of an object that differs
        in several amounts the largest difference counts."""
        objects = self.open().order_by().values_list("currency", "stripe_id")
        count, total = 0, Counter[str]()
        for currency, _, number, most in objects.annotate(number=models.Count("id"), most=models.Max("amount")):
            count += number
            total[currency] += most if currency else 0
        return count, {currency: amount for currency, amount in sorted(total.items()) if amount}


class Discrepancy(models.Model):
    """One difference: a field of an object, or the object whole (`field` is empty). `here` and `there` are JSON;
    `amount` is the difference in minor units of `currency`, never negative, 0 where no money is concerned. Personal
    values are not kept: then `here` and `there` say only that they differ."""

    run = models.ForeignKey(ReconciliationRun, on_delete=models.PROTECT, related_name="discrepancies")
    organization = models.ForeignKey("billing.Organization", null=True, on_delete=models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=64)
    stripe_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=16, choices=DiscrepancyKind.choices)
    field = models.CharField(max_length=128, blank=True, default="")
    here: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    there: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="")
    status = models.CharField(max_length=16, choices=DiscrepancyStatus.choices, default=DiscrepancyStatus.OPEN)
    owner = models.ForeignKey("billing.User", null=True, on_delete=models.SET_NULL, related_name="+")
    resolved_by_id = models.CharField(max_length=128, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, default="")
    found_at = models.DateTimeField(default=timezone.now)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "discrepancies"
        indexes = [
            models.Index(fields=["-found_at", "-id"], name="discrepancy_newest"),
            models.Index(fields=["run", "id"], name="discrepancy_run"),
            models.Index(fields=["-amount", "-id"], name="discrepancy_open", condition=models.Q(status="open")),
        ]
        constraints = [
            one_of("discrepancy_kind", "kind", DiscrepancyKind.values),
            one_of("discrepancy_status", "status", DiscrepancyStatus.values),
            models.CheckConstraint(name="discrepancy_amount", condition=models.Q(amount__gte=0)),
            models.UniqueConstraint(
                fields=["stripe_id", "kind", "field"],
                name="discrepancy_one_open",
                condition=models.Q(status="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stripe_id} {self.kind} {self.field}".strip()
