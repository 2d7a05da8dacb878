"""The customer company: who pays."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from billing.domain.ids import new_organization_id
from billing.models.fields import currency_check, currency_code, one_of


class Origin(models.TextChoices):
    SIGNUP = "signup"
    STAFF = "staff"
    STRIPE = "stripe"


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def standing(self) -> "OrganizationQuerySet":
        """Those that Stripe has not deleted, and we have not erased."""
        return self.filter(deleted_at=None, erased_at=None)


class Organization(models.Model):
    """One Stripe customer. Name, e-mail, balance and default payment method are Stripe's; zone, locale and
    anchor are ours. `anchor_day` is the day of month on which new monthly subscriptions renew (1 to 31), None
    for the day of the signup. `balance` is Stripe's: negative is credit, positive is owed. From `erased_at` on nothing
    personal is kept of it, whatever Stripe still tells."""

    tenant_column = "id"

    public_id = models.CharField(max_length=64, unique=True, default=new_organization_id)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=512, blank=True)
    stripe_customer_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    currency = currency_code(default="usd")
    time_zone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(max_length=16, default="en")
    anchor_day = models.PositiveSmallIntegerField(null=True, blank=True)
    balance = models.BigIntegerField(default=0)
    delinquent = models.BooleanField(default=False)
    default_payment_method_id = models.CharField(max_length=255, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.SIGNUP)
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="organization_newest"),
            models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="organization_name_prefix"),
            models.Index(Upper("email"), name="organization_email_any_case"),
        ]
        constraints = [
            currency_check("organization_currency"),
            one_of("organization_origin", "origin", Origin.values),
            models.CheckConstraint(
                name="organization_anchor_day",
                condition=models.Q(anchor_day=None) | models.Q(anchor_day__gte=1, anchor_day__lte=31),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.public_id
