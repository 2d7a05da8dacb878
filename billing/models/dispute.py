"""A payment that the customer's bank takes back, or asks about."""

from django.db import models

from audit.tenancy import TenantModel
from billing.domain.states import DisputeStatus
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


class Dispute(TenantModel):
    """A Stripe dispute; `amount` is what is disputed, in minor units of the charge's currency. The evidence stays at
    Stripe and in the snapshot: here is only until when it is due, and whether any was given."""

    stripe_id = stripe_key()
    attempt = stripe_reference("billing.PaymentAttempt", null=True, related_name="disputes", db_index=True)
    payment = stripe_reference("billing.Payment", null=True, related_name="disputes", db_index=True)
    status = models.CharField(max_length=32, choices=choices(DisputeStatus))
    reason = models.CharField(max_length=64, blank=True, default="")
    network_reason_code = models.CharField(max_length=32, blank=True, default="")
    amount = minor_units()
    currency = currency_code()
    is_charge_refundable = models.BooleanField(default=False)
    evidence_due_at = models.DateTimeField(null=True)
    has_evidence = models.BooleanField(default=False)
    submission_count = models.PositiveIntegerField(default=0)
    balance_transaction_ids = models.JSONField(default=list)
    metadata = models.JSONField(default=dict)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="dispute_organization"),
            models.Index(fields=["status", "evidence_due_at", "id"], name="dispute_due"),
        ]
        constraints = [
            one_of("dispute_status", "status", DisputeStatus),
            currency_check("dispute_currency"),
            not_negative("dispute_amount", "amount"),
        ]

    def __str__(self) -> str:
        return self.stripe_id
