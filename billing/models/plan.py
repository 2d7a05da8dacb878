"""What is sold: a plan is a Stripe product, with the features and limits that it includes."""

from django.db import models

from audit.tenancy import CatalogModel
from billing.models.fields import not_negative


class PlanQuerySet(models.QuerySet["Plan"]):
    def offered(self) -> "PlanQuerySet":
        """Those in the public catalog, in its order."""
        return self.filter(active=True, public=True).order_by("position", "code")


class Plan(CatalogModel):
    """`code` names the plan everywhere outside Stripe. Name, description and active are the product's;
    public and position are ours."""

    OURS = frozenset({"code", "public", "position"})

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    stripe_product_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 - unique
    active = models.BooleanField(default=True)
    public = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    features = models.ManyToManyField("billing.Feature", through="billing.PlanFeature", related_name="plans")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Feature(CatalogModel):
    """Something a plan grants. A feature with a meter is limited in quantity; else it is there or not."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    meter_code = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PlanFeature(CatalogModel):
    """`limit` is the included quantity per billing period, in the meter's unit; None is unlimited."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="plan_features")
    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="plan_features")
    limit = models.DecimalField(max_digits=30, decimal_places=12, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "feature"], name="plan_feature_once"),
            not_negative("plan_feature_limit", "limit"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.feature_id}"
