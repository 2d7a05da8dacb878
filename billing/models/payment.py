"""Money that moved, or tried to."""

from django.db import models

from audit.sealed_field import BlindIndexField, SealedTextField
from audit.tenancy import TenantModel
from billing.domain.ids import new_payment_id
from billing.domain.states import PaymentStatus
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


class PaymentQuerySet(models.QuerySet["Payment"]):
    def succeeded(self) -> "PaymentQuerySet":
        return self.filter(status=PaymentStatus.SUCCEEDED)


class Payment(TenantModel):
    """One payment intent of Stripe, or a payment taken outside it (then without `stripe_id`).

    Amounts in minor units. `failure_code` is Stripe's decline code where the card was declined, else its
    error code."""

    OURS = frozenset({"public_id"})

    public_id = models.CharField(max_length=64, unique=True, default=new_payment_id)
    stripe_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 - unique
    status = models.CharField(max_length=32, choices=choices(PaymentStatus))
    amount = minor_units()
    amount_received = minor_units(default=0)
    currency = currency_code()
    method = models.CharField(max_length=32, blank=True, default="")
    payment_method_id = models.CharField(max_length=255, blank=True, default="")
    latest_charge_id = models.CharField(max_length=255, blank=True, default="")
    failure_code = models.CharField(max_length=64, blank=True, default="")
    failure_message = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    canceled_at = models.DateTimeField(null=True)
    metadata = models.JSONField(default=dict)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = PaymentQuerySet.as_manager()

    class Meta:
        permissions = [("refund_payment", "Can give a payment back")]
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="idx_payment_records_org"),
            models.Index(fields=["status", "-created_at", "-id"], name="payment_status_newest"),
            models.Index(fields=["-created_at", "-id"], name="payment_newest"),
        ]
        constraints = [
            one_of("payment_status", "status", PaymentStatus),
            currency_check("payment_currency"),
            not_negative("payment_amounts", "amount", "amount_received"),
        ]

    def __str__(self) -> str:
        return self.stripe_id or self.public_id


class PaymentAttempt(TenantModel):
    """One charge: a single try to collect a payment."""

    stripe_id = stripe_key()
    payment = stripe_reference("billing.Payment", null=True, related_name="attempts", db_index=True)
    status = models.CharField(max_length=16)
    amount = minor_units()
    amount_captured = minor_units(default=0)
    amount_refunded = minor_units(default=0)
    currency = currency_code()
    disputed = models.BooleanField(default=False)
    failure_code = models.CharField(max_length=64, blank=True, default="")
    failure_message = models.TextField(blank=True, default="")
    payment_method_id = models.CharField(max_length=255, blank=True, default="")
    card_brand = models.CharField(max_length=32, blank=True, default="")
    card_last_four = SealedTextField(bound_to="stripe_id", blank=True, default="")
    balance_transaction_id = models.CharField(max_length=255, blank=True, default="")
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="payment_attempt_organization")]
        constraints = [
            one_of("payment_attempt_status", "status", ("pending", "succeeded", "failed")),
            currency_check("payment_attempt_currency"),
            models.CheckConstraint(
                name="payment_attempt_refunded",
                condition=models.Q(amount_refunded__gte=0, amount_refunded__lte=models.F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id


class InvoicePayment(TenantModel):
    """That a payment pays an invoice, and how much of it (Stripe's `invoice_payment`)."""

    stripe_id = stripe_key()
    invoice = stripe_reference("billing.Invoice", related_name="invoice_payments", db_index=True)
    payment = stripe_reference("billing.Payment", null=True, related_name="invoice_payments", db_index=True)
    charge_id = models.CharField(max_length=255, blank=True, default="")
    status = models.CharField(max_length=16)
    amount_paid = models.BigIntegerField(null=True)
    amount_requested = minor_units()
    currency = currency_code()
    is_default = models.BooleanField(default=False)
    paid_at = models.DateTimeField(null=True)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stripe_id


class PaymentMethodQuerySet(models.QuerySet["PaymentMethod"]):
    def ending_with(self, last_four: str) -> "PaymentMethodQuerySet":
        """Cards with these last four digits."""
        return self.filter(card_last_four_index__finds=last_four)


class PaymentMethod(TenantModel):
    """How an organization pays. Only brand, last four digits and expiry of a card are kept."""

    stripe_id = stripe_key()
    type = models.CharField(max_length=32)
    card_brand = models.CharField(max_length=32, blank=True, default="")
    card_last_four = SealedTextField(bound_to="stripe_id", blank=True, default="")
    card_last_four_index = BlindIndexField(of="card_last_four")
    card_exp_month = models.PositiveSmallIntegerField(null=True)
    card_exp_year = models.PositiveSmallIntegerField(null=True)
    card_country = models.CharField(max_length=2, blank=True, default="")
    detached = models.BooleanField(default=False)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = PaymentMethodQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="payment_method_organization"),
            models.Index(fields=["card_last_four_index", "-id"], name="payment_method_last_four"),
        ]

    def __str__(self) -> str:
        return self.stripe_id


class Refund(TenantModel):
    """Money given back for a charge; `amount` in minor units."""

    stripe_id = stripe_key()
    payment = stripe_reference("billing.Payment", null=True, related_name="refunds", db_index=True)
    attempt = stripe_reference("billing.PaymentAttempt", null=True, related_name="refunds", db_index=True)
    amount = minor_units()
    currency = currency_code()
    status = models.CharField(max_length=24)
    reason = models.CharField(max_length=64, blank=True, default="")
    failure_reason = models.CharField(max_length=64, blank=True, default="")
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="refund_organization")]
        constraints = [not_negative("refund_amount", "amount"), currency_check("refund_currency")]

    def __str__(self) -> str:
        return self.stripe_id
