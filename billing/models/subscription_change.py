"""The facts from which every subscription figure is computed."""

from django.db import models
from django.utils import timezone

from audit.tenancy import TenantModel
from billing.models.fields import one_of


class Precision(models.TextChoices):
    """How exactly `effective_at` is known."""

    EVENT = "event"
    LINE = "line"
    INFERRED = "inferred"


class SubscriptionChange(TenantModel):
    """The whole state of a subscription after a change, free of any reporting policy. Append-only.

    `state`: {"status", "currency", "items": [{"id", "price", "product", "quantity", "unit_amount",
    "unit_amount_decimal", "interval", "interval_count", "usage_type", "billing_scheme", "tiers_mode", "tiers",
    "transform_quantity", "discounts"}], "discounts", "trial_end", "pause": null or {"behavior",
    "resumes_at"}, "cancel_at", "cancel_at_period_end", "canceled_at", "ended_at"}; amounts in minor units,
    times in Unix seconds. `previous` is Stripe's `previous_attributes`, which orders changes of one second.
    `effective_at` is when it became true, `recorded_at` when we learned of it; neither is ever rewritten."""

    subscription_id = models.CharField(max_length=255)
    source_id = models.CharField(max_length=255, unique=True)
    event_type = models.CharField(max_length=128)
    cause = models.CharField(max_length=64)
    precision = models.CharField(max_length=16, choices=Precision.choices, default=Precision.EVENT)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    state = models.JSONField()
    previous = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subscription_id", "effective_at", "id"], name="subscription_change_history"),
            models.Index(fields=["organization", "-effective_at"], name="subscription_change_org"),
        ]
        constraints = [one_of("subscription_change_precision", "precision", Precision.values)]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.cause}"
