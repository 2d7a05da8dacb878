"""The quantity that was billed."""

from django.db import models
from django.utils import timezone

from audit.tenancy import TenantModel
from billing.models.fields import not_negative, stripe_reference
from usage.models.fields import LongNamedIndex, quantity_sum


class UsageRecord(TenantModel):
    """What a subscription used of a meter in one billing period [period_start, period_end): one row for each
    period, so that a period is billed once."""

    subscription = stripe_reference("billing.Subscription", related_name="usage_records", db_index=False)
    meter = models.ForeignKey("usage.Meter", on_delete=models.PROTECT, related_name="usage_records")
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    quantity = quantity_sum()
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "usage record"
        indexes = [LongNamedIndex(fields=["subscription", "recorded_at"], name="idx_usage_records_billing_period")]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "meter", "period_start"], name="usage_record_once"),
            models.CheckConstraint(
                name="usage_record_period", condition=models.Q(period_start__lt=models.F("period_end"))
            ),
            not_negative("usage_record_quantity", "quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.meter_id} {self.period_start:%Y-%m-%d}"
