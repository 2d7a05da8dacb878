"""What is counted."""

from django.db import models
from django.utils import timezone

from audit.tenancy import CatalogModel
from billing.models.fields import choices, one_of
from usage.domain.aggregation import Aggregation


class Meter(CatalogModel):
    """A meter is data: events of `event_type` count, each with the value under `value_property` of its data,
    in `unit` (a word in the singular). Written by `usage.meters.ensure_meter` only; what decides how events are
    counted stays as it is once the meter has events."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    aggregation = models.CharField(max_length=16, choices=choices(Aggregation), default=Aggregation.SUM)
    event_type = models.CharField(max_length=255)
    value_property = models.CharField(max_length=255)
    unit = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["code"]
        constraints = [
            one_of("meter_aggregation", "aggregation", Aggregation),
            # An event is stored once, with the one value that its meter counts.
            models.UniqueConstraint(fields=["event_type"], name="meter_event_type_once"),
            models.CheckConstraint(name="meter_code", condition=models.Q(code__regex="^[a-z][a-z0-9_]*$")),
            models.CheckConstraint(
                name="meter_words",
                condition=~models.Q(event_type="") & ~models.Q(value_property="") & ~models.Q(unit=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name
