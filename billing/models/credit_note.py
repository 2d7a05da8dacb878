"""What was taken back of an invoice after it was issued."""

from django.db import models

from audit.tenancy import TenantModel
from billing.domain.states import CreditNoteStatus
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


class CreditNote(TenantModel):
    """A Stripe credit note; amounts in minor units of `currency`, positive. `total` is split into what the invoice
    asks less (`pre_payment_amount`) and what goes back of what was paid (`post_payment_amount`): as refunds, as
    credit, or outside Stripe (`out_of_band_amount`)."""

    stripe_id = stripe_key()
    number = models.CharField(max_length=64, blank=True, default="")
    invoice = stripe_reference("billing.Invoice", related_name="credit_notes", db_index=True)
    status = models.CharField(max_length=16, choices=choices(CreditNoteStatus))
    type = models.CharField(max_length=16, blank=True, default="")
    reason = models.CharField(max_length=64, blank=True, default="")
    memo = models.TextField(blank=True, default="")
    currency = currency_code()
    subtotal = minor_units()
    discount = minor_units(default=0)
    tax = minor_units(default=0)
    total = minor_units()
    pre_payment_amount = minor_units(default=0)
    post_payment_amount = minor_units(default=0)
    out_of_band_amount = minor_units(default=0)
    customer_balance_transaction_id = models.CharField(max_length=255, blank=True, default="")
    refund_ids = models.JSONField(default=list)
    effective_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    metadata = models.JSONField(default=dict)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="credit_note_organization")]
        constraints = [
            one_of("credit_note_status", "status", CreditNoteStatus),
            currency_check("credit_note_currency"),
            not_negative("credit_note_amounts", "total", "pre_payment_amount", "post_payment_amount"),
        ]

    def __str__(self) -> str:
        return self.number or self.stripe_id


class CreditNoteLine(TenantModel):
    """One line; `amount` before exclusive tax and discounts, which stand beside it."""

    stripe_id = stripe_key()
    credit_note = stripe_reference("billing.CreditNote", related_name="lines", db_index=True)
    position = models.PositiveIntegerField(default=0)
    type = models.CharField(max_length=32)
    description = models.TextField(blank=True, default="")
    amount = minor_units()
    quantity = models.BigIntegerField(null=True)
    unit_amount_decimal = models.CharField(max_length=40, blank=True, default="")
    invoice_line_id = models.CharField(max_length=255, blank=True, default="")
    tax = minor_units(default=0)
    discount = minor_units(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.description or self.stripe_id
