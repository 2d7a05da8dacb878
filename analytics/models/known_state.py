"""Which fact told the state of a subscription, and since when that was known."""

from datetime import datetime

from django.db import models

from audit.tenancy import TenantModel


class KnownStateQuerySet(models.QuerySet["KnownState"]):
    def known(self, *, as_known: datetime) -> "KnownStateQuerySet":
        return self.filter(recorded_at__lte=as_known)

    def holding(self, *, as_of: datetime) -> "KnownStateQuerySet":
        """One row a subscription: what held at `as_of`, by the latest knowledge in this set."""
        return (
            self.filter(effective_at__lte=as_of)
            .order_by("subscription_id", "-effective_at", "-recorded_at", "-id")
            .distinct("subscription_id")
        )

    def per_instant(self) -> "KnownStateQuerySet":
        """One row an instant of each subscription: the latest knowledge of it."""
        return self.order_by("subscription_id", "effective_at", "-recorded_at", "-id").distinct(
            "subscription_id", "effective_at"
        )


class KnownState(TenantModel):
    """From `effective_at` on the subscription was as `change` says, as known since `recorded_at`.

    Append-only, free of any policy. Several facts may share a second; this says which of them came last, and keeps
    what was thought before an earlier event was delivered late. A report pinned to a moment of knowledge reads the
    facts through these rows, and so says the same for ever."""

    subscription_id = models.CharField(max_length=255)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    change = models.ForeignKey("billing.SubscriptionChange", on_delete=models.PROTECT, related_name="+")

    objects = KnownStateQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["subscription_id", "-effective_at", "-recorded_at", "-id"],
                name="known_state_latest",
                include=["change"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.change_id}"
