"""A question that one person puts and another answers, before money moves."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from billing.domain.digests import digest_of
from billing.domain.ids import new_approval_id
from billing.models.fields import currency_check, currency_code, minor_units, not_negative, one_of

LIFE = timedelta(hours=24)


class ApprovalStatus(models.TextChoices):
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    EXECUTED = "executed"
    FAILED = "failed"


UNDECIDED = (ApprovalStatus.ASKED, ApprovalStatus.EXPIRED)
GRANTED = (ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED)


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def open(self, *, now: datetime) -> "ApprovalQuerySet":
        """Those that somebody can still decide."""
        return self.filter(status=ApprovalStatus.ASKED, expires_at__gt=now)

    def overdue(self, *, now: datetime) -> "ApprovalQuerySet":
        return self.filter(status=ApprovalStatus.ASKED, expires_at__lte=now)

    def about(self, target: tuple[str, str]) -> "ApprovalQuerySet":
        return self.filter(target_type=target[0], target_id=target[1])


class Approval(models.Model):
    """What was asked for stays as it was asked: the database refuses to change verb, object, parameters, amount,
    currency, asker or deadline, to delete a row, and to take a step back (`billing_approval_guard`).

    APPROVED: decided, and `command` is on its way; it ends EXECUTED or FAILED, once. FAILED without a command: what
    was true when it was asked is true no more. `facts` is the effect as the asker saw it. `organization` is None for
    the installation's own. Customers' requests do not read this table.
    """

    public_id = models.CharField(max_length=64, unique=True, default=new_approval_id)
    organization = models.ForeignKey("billing.Organization", on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=64)
    target_type = models.CharField(max_length=64)
    target_id = models.CharField(max_length=255)
    parameters = models.JSONField(default=dict)
    amount = minor_units()
    currency = currency_code()
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    reason = models.TextField()
    asked_by_kind = models.CharField(max_length=16)
    asked_by_id = models.CharField(max_length=128)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=ApprovalStatus.choices, default=ApprovalStatus.ASKED)
    decided_by_id = models.CharField(max_length=128, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")
    command = models.OneToOneField("billing.StripeCommand", on_delete=models.PROTECT, null=True, related_name="+")
    executed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=255, blank=True, default="")

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        permissions = [("decide_approval", "Can approve or decline what others ask for")]
        indexes = [
            models.Index(fields=["expires_at", "id"], name="approval_open", condition=Q(status="asked")),
            models.Index(fields=["decided_at", "id"], name="approval_running", condition=Q(status="approved")),
            models.Index(fields=["-asked_at", "-id"], name="approval_newest"),
            models.Index(fields=["asked_by_id", "-asked_at", "-id"], name="approval_asker"),
            models.Index(fields=["target_type", "target_id", "-id"], name="approval_target"),
        ]
        constraints = [
            one_of("approval_status", "status", ApprovalStatus.values),
            currency_check("approval_currency"),
            not_negative("approval_amount", "amount"),
            models.CheckConstraint(name="approval_digest", condition=Q(digest__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(name="approval_deadline", condition=Q(expires_at__gt=F("asked_at"))),
            models.CheckConstraint(name="approval_by_another", condition=~Q(decided_by_id=F("asked_by_id"))),
            models.CheckConstraint(
                name="approval_decision_whole",
                condition=Q(status__in=[str(one) for one in UNDECIDED], decided_by_id="", decided_at=None)
                | ~Q(status__in=[str(one) for one in UNDECIDED]) & ~Q(decided_by_id="") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="approval_in_time",
                condition=~Q(status__in=[str(one) for one in GRANTED]) | Q(decided_at__lt=F("expires_at")),
            ),
            models.CheckConstraint(
                name="approval_executed_whole",
                condition=Q(status="executed", executed_at__isnull=False) | ~Q(status="executed") & Q(executed_at=None),
            ),
            models.UniqueConstraint(
                name="approval_one_open",
                fields=["verb", "target_type", "target_id", "digest"],
                condition=Q(status="asked"),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def target(self) -> tuple[str, str]:
        return self.target_type, self.target_id

    def digest_now(self, *, amount: int, currency: str) -> str:
        """The digest of what the row asks for, were it about this amount."""
        return digest_of(
            verb=self.verb, target=self.target, parameters=self.parameters, amount=amount, currency=currency
        )

    def is_open(self, *, now: datetime) -> bool:
        return self.status == ApprovalStatus.ASKED and now < self.expires_at

    def step(self, status: ApprovalStatus, **fields: Any) -> bool:
        """Go from the row's status to the next one; False where somebody else was quicker."""
        moved = Approval.objects.filter(pk=self.pk, status=self.status).update(status=status, **fields)
        if moved:
            self.refresh_from_db()
        return bool(moved)
