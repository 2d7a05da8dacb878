"""What was sent to be counted."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from audit.tenancy import TenantModel
from billing.models.fields import not_negative
from usage.models.fields import indexed_organization, quantity


class UsageEvent(TenantModel):
    """One event, exactly once and for ever: (organization, source, event_id) is its identity. Rows are added by
    `usage.store` and never change (a trigger refuses it); corrections lie over them.

    `time` is when the usage happened, `received_at` when we heard of it. `value` is what the meter counts of
    `data`. `payload_hash` tells a retry from another event under the same id.
    """

    # Without constraints of their own, which would be a quarter of the cost of an event: the statement that adds
    # an event adds to its UsageBucket, whose constraints hold for both
    organization = indexed_organization(db_constraint=False)
    source = models.CharField(max_length=255)
    event_id = models.CharField(max_length=255)
    meter = models.ForeignKey(
        "usage.Meter", on_delete=models.PROTECT, related_name="events", db_index=False, db_constraint=False
    )
    time = models.DateTimeField()
    received_at = models.DateTimeField()
    value = quantity()
    data = models.JSONField(default=dict)
    payload_hash = models.BinaryField(max_length=16)

    class Meta:
        verbose_name = "usage event"
        indexes = [
            # For the hours that a period cuts: without it, each read of one customer's would read everybody's
            models.Index(fields=["organization", "meter", "time"], name="usage_event_customer"),
            # For recounts. Small, and flat in cost as the table grows; "multi" keeps apart what late events stretch
            BrinIndex(
                fields=["time"], opclasses=["timestamptz_minmax_multi_ops"], autosummarize=True, name="usage_event_time"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "source", "event_id"], name="usage_event_once"),
            not_negative("usage_event_value", "value"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"
