"""An agreement to pay again and again."""

from datetime import datetime, timedelta

from django.db import models

from audit.tenancy import TenantModel
from billing.domain.states import LIVE, SERVED, SubscriptionStatus
from billing.models.fields import (
    choices,
    currency_check,
    currency_code,
    one_of,
    stripe_key,
    stripe_reference,
)
from billing.models.stripe_object import StripeObject

STALE_AFTER = timedelta(hours=1)
RENEWING = (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING, SubscriptionStatus.PAST_DUE)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def live(self) -> "SubscriptionQuerySet":
        """Not ended: whatever may still renew, resume or be paid."""
        return self.filter(status__in=LIVE)

    def served(self) -> "SubscriptionQuerySet":
        """Those whose plan grants access now."""
        return self.filter(status__in=SERVED)

    def stale(self, *, now: datetime) -> "SubscriptionQuerySet":
        """Those that should have renewed over an hour ago, and of which nobody has told us; not those that Stripe was
        asked for within the hour, or has no more."""
        asked = StripeObject.objects.filter(
            models.Q(deleted=True) | models.Q(fetched_at__gt=now - STALE_AFTER), stripe_id=models.OuterRef("stripe_id")
        )
        overdue = self.filter(status__in=RENEWING, current_period_end__lt=now - STALE_AFTER)
        return overdue.exclude(models.Exists(asked))

    def newest_first(self) -> "SubscriptionQuerySet":
        return self.order_by("-stripe_created_at", "-id")


class Subscription(TenantModel):
    """The current state of a Stripe subscription. Its history is in SubscriptionChange.

    `current_period_start` and `current_period_end` are the earliest of its items' (since API version
    2025-03-31 the period belongs to the item)."""

    stripe_id = stripe_key()
    status = models.CharField(max_length=24, choices=choices(SubscriptionStatus))
    currency = currency_code()
    collection_method = models.CharField(max_length=24, default="charge_automatically")
    current_period_start = models.DateTimeField(null=True)
    current_period_end = models.DateTimeField(null=True)
    billing_cycle_anchor = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    trial_start = models.DateTimeField(null=True)
    trial_end = models.DateTimeField(null=True)
    cancel_at = models.DateTimeField(null=True)
    cancel_at_period_end = models.BooleanField(default=False)
    canceled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancellation_reason = models.CharField(max_length=64, blank=True, default="")
    pause_behavior = models.CharField(max_length=32, blank=True, default="")
    pause_resumes_at = models.DateTimeField(null=True)
    default_payment_method_id = models.CharField(max_length=255, blank=True, default="")
    latest_invoice_id = models.CharField(max_length=255, blank=True, default="")
    schedule_id = models.CharField(max_length=255, blank=True, default="")
    discounts = models.JSONField(default=list)
    metadata = models.JSONField(default=dict)
    livemode = models.BooleanField(default=False)
    stripe_created_at = models.DateTimeField()

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "current_period_end"], name="idx_user_subscriptions_period"),
            models.Index(fields=["organization", "status"], name="idx_user_subscriptions_user"),
            models.Index(fields=["current_period_end", "id"], name="subscription_next_invoice"),
        ]
        constraints = [
            one_of("subscription_status", "status", SubscriptionStatus),
            currency_check("subscription_currency"),
            models.CheckConstraint(
                name="subscription_period",
                condition=models.Q(current_period_end=None)
                | models.Q(current_period_start__lte=models.F("current_period_end")),
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    def in_trial(self, *, at: datetime) -> bool:
        return self.status == SubscriptionStatus.TRIALING and (self.trial_end is None or at < self.trial_end)


class SubscriptionItem(TenantModel):
    """One price in a subscription, with its own billing period [start, end)."""

    stripe_id = stripe_key()
    subscription = stripe_reference("billing.Subscription", related_name="items", db_index=True)
    price = stripe_reference("billing.Price", related_name="items", db_index=True)
    quantity = models.BigIntegerField(null=True)
    current_period_start = models.DateTimeField(null=True)
    current_period_end = models.DateTimeField(null=True)
    discounts = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)
    stripe_created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.stripe_id
