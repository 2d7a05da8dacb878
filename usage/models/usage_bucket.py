"""The rollup."""

from django.db import models
from django.db.models.lookups import Exact

from audit.tenancy import TenantModel
from billing.models.fields import not_negative
from usage.models.fields import indexed_organization, quantity_sum


class UsageBucket(TenantModel):
    """What an organization's events of one meter sum to in the UTC hour that starts at `hour`; written in the
    transaction of the events (`usage.store`), so that it is never behind them."""

    pk = models.CompositePrimaryKey("organization_id", "meter_id", "hour")
    organization = indexed_organization()
    meter = models.ForeignKey("usage.Meter", on_delete=models.PROTECT, related_name="buckets", db_index=False)
    hour = models.DateTimeField()
    total = quantity_sum(default=0)
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "usage bucket"
        constraints = [
            not_negative("usage_bucket_count", "count"),
            models.CheckConstraint(
                name="usage_bucket_hour",
                condition=Exact(
                    models.Func(
                        models.F("hour"), template="date_bin('1 hour', %(expressions)s, '1970-01-01 00:00:00+00')"
                    ),
                    models.F("hour"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.meter_id} {self.hour:%Y-%m-%d %H:%M}"
