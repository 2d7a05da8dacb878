"""What a plan costs."""

from django.db import models

from audit.tenancy import CatalogModel
from billing.models.fields import currency_check, currency_code, stripe_key


class Interval(models.TextChoices):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class PriceQuerySet(models.QuerySet["Price"]):
    def recurring(self) -> "PriceQuerySet":
        return self.exclude(interval="")

    def for_plan(self, plan_code: str, interval: str) -> "PriceQuerySet":
        """Prices on sale of a plan, newest first."""
        return self.filter(plan__code=plan_code, interval=interval, interval_count=1, active=True).order_by(
            "-stripe_created_at", "-id"
        )


class Price(CatalogModel):
    """A Stripe price. `unit_amount` is in minor units, None where tiers decide or the amount has fractions of
    a minor unit; `unit_amount_decimal` is Stripe's exact text. One-time prices have no interval."""

    stripe_id = stripe_key()
    plan = models.ForeignKey(
        "billing.Plan",
        to_field="stripe_product_id",
        db_column="stripe_product_id",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="prices",
    )
    active = models.BooleanField(default=True)
    currency = currency_code()
    unit_amount = models.BigIntegerField(null=True)
    unit_amount_decimal = models.CharField(max_length=40, blank=True, default="")
    billing_scheme = models.CharField(max_length=16, default="per_unit")
    tiers_mode = models.CharField(max_length=16, blank=True, default="")
    tiers = models.JSONField(default=list)
    transform_quantity = models.JSONField(null=True)
    usage_type = models.CharField(max_length=16, blank=True, default="")
    meter = models.CharField(max_length=255, blank=True, default="")
    interval = models.CharField(max_length=8, choices=Interval.choices, blank=True, default="")
    interval_count = models.PositiveSmallIntegerField(default=1)
    tax_behavior = models.CharField(max_length=16, blank=True, default="")
    lookup_key = models.CharField(max_length=255, blank=True, default="")
    nickname = models.CharField(max_length=255, blank=True, default="")
    metadata = models.JSONField(default=dict)
    livemode = models.BooleanField(default=False)
    stripe_created_at = models.DateTimeField()

    objects = PriceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["plan", "interval"], name="price_plan_interval")]
        constraints = [currency_check("price_currency")]

    def __str__(self) -> str:
        return self.nickname or self.stripe_id
