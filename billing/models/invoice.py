"""What was billed."""

from datetime import datetime

from django.db import models

from audit.sealed_field import SealedTextField
from audit.tenancy import TenantModel
from billing.domain.states import InvoiceStatus
from billing.models.fields import (
    choices,
    currency_check,
    currency_code,
    minor_units,
    not_negative,
    one_of,
    stripe_key,
    stripe_reference,
)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def issued(self) -> "InvoiceQuerySet":
        return self.exclude(status=InvoiceStatus.DRAFT)

    def failed(self) -> "InvoiceQuerySet":
        """Open although collection was tried."""
        return self.filter(status=InvoiceStatus.OPEN, attempt_count__gt=0)


class Invoice(TenantModel):
    """A Stripe invoice; amounts in minor units of `currency`. `tax` is the sum of Stripe's `total_taxes`;
    `discount` the sum of its `total_discount_amounts`. Whoever has `hosted_invoice_url` sees the invoice."""

    stripe_id = stripe_key()
    number = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=16, choices=choices(InvoiceStatus))
    currency = currency_code()
    subscription = stripe_reference("billing.Subscription", null=True, related_name="invoices", db_index=True)
    billing_reason = models.CharField(max_length=64, blank=True, default="")
    collection_method = models.CharField(max_length=24, default="charge_automatically")
    subtotal = minor_units()
    discount = minor_units(default=0)
    tax = minor_units(default=0)
    total = minor_units()
    amount_due = minor_units()
    amount_paid = minor_units()
    amount_remaining = minor_units()
    starting_balance = minor_units(default=0)
    ending_balance = models.BigIntegerField(null=True)
    attempt_count = models.PositiveIntegerField(default=0)
    next_payment_attempt = models.DateTimeField(null=True)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    hosted_invoice_url = SealedTextField(bound_to="stripe_id", blank=True, default="")
    metadata = models.JSONField(default=dict)
    livemode = models.BooleanField(default=False)
    stripe_created_at = models.DateTimeField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-stripe_created_at", "-id"], name="invoice_organization_newest"),
            models.Index(fields=["status", "-stripe_created_at", "-id"], name="invoice_status_newest"),
            models.Index(fields=["-stripe_created_at", "-id"], name="invoice_newest"),
            models.Index(fields=["number"], name="invoice_number"),
        ]
        constraints = [
            one_of("invoice_status", "status", InvoiceStatus),
            currency_check("invoice_currency"),
            not_negative("invoice_amounts", "amount_due", "amount_paid"),
        ]

    def __str__(self) -> str:
        return self.number or self.stripe_id

    def is_past_due(self, *, at: datetime) -> bool:
        if self.status != InvoiceStatus.OPEN:
            return False
        return self.attempt_count > 0 or (self.due_at is not None and self.due_at <= at)


class InvoiceLine(TenantModel):
    """One line; `amount` before tax and after nothing: discounts and taxes stand beside it."""

    stripe_id = stripe_key()
    invoice = stripe_reference("billing.Invoice", related_name="lines", db_index=True)
    position = models.PositiveIntegerField(default=0)
    description = models.TextField(blank=True, default="")
    amount = minor_units()
    currency = currency_code()
    quantity = models.BigIntegerField(null=True)
    unit_amount_decimal = models.CharField(max_length=40, blank=True, default="")
    price_id = models.CharField(max_length=255, blank=True, default="")
    subscription_item_id = models.CharField(max_length=255, blank=True, default="")
    proration = models.BooleanField(default=False)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    tax = minor_units(default=0)
    discount = minor_units(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.description or self.stripe_id
