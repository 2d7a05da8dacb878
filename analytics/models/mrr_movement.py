"""The ledger: every change of monthly recurring revenue."""

from django.db import models

from audit.tenancy import TenantModel
from billing.models.fields import choices, currency_check, currency_code, one_of


class Part(models.TextChoices):
    """MRR is the sum of both parts. What a pause takes away is kept apart, so that it is neither churn nor
    contraction, and so that a paused subscription can still change plan or end."""

    RECURRING = "recurring"
    PAUSE = "pause"


class Cause(models.TextChoices):
    START = "start"
    TRIAL_END = "trial_end"
    ITEM_ADDED = "item_added"
    ITEM_REMOVED = "item_removed"
    PLAN = "plan"
    INTERVAL = "interval"
    PRICE = "price"
    QUANTITY = "quantity"
    DISCOUNT = "discount"
    PAUSE = "pause"
    RESUME = "resume"
    STATUS = "status"
    END = "end"
    CORRECTION = "correction"


class MrrMovement(TenantModel):
    """One line of one subscription moved by `delta_micro` (micro-minor-units of `currency` a month) under `policy`.

    Append-only. `effective_at` is when it was so, `day` its date in the reporting zone, `recorded_at` when the
    ledger learned of it (the database's clock). The sum up to an instant is the MRR of that instant. Whether a
    movement is new business, expansion or churn is decided when it is read, per organization and day. The plan's
    code is not here: it is the catalog's name for `product_id`, and may be learned or changed later. `change` is
    the fact behind it."""

    policy = models.CharField(max_length=32)
    subscription_id = models.CharField(max_length=255)
    item_id = models.CharField(max_length=255)
    price_id = models.CharField(max_length=255)
    product_id = models.CharField(max_length=255)
    currency = currency_code()
    part = models.CharField(max_length=16, choices=choices(Part))
    effective_at = models.DateTimeField()
    day = models.DateField()
    delta_micro = models.BigIntegerField()
    cause = models.CharField(max_length=16, choices=choices(Cause))
    recorded_at = models.DateTimeField()
    change = models.ForeignKey("billing.SubscriptionChange", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "MRR movement"
        indexes = [
            models.Index(fields=["policy", "subscription_id", "effective_at"], name="mrr_movement_subscription"),
            models.Index(
                fields=["policy", "organization", "day"],
                name="mrr_movement_organization",
                include=["delta_micro", "currency", "part", "product_id", "effective_at", "recorded_at"],
            ),
            models.Index(
                fields=["policy", "day"],
                name="mrr_movement_day",
                include=["delta_micro", "currency", "effective_at", "recorded_at"],
            ),
        ]
        constraints = [
            models.CheckConstraint(name="mrr_movement_moves", condition=~models.Q(delta_micro=0)),
            one_of("mrr_movement_part", "part", Part.values),
            one_of("mrr_movement_cause", "cause", Cause.values),
            currency_check("mrr_movement_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.delta_micro:+d} {self.currency}"
