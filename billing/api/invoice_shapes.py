"""Invoices as the API shows them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.api.money import MoneyField
from billing.api.times import InstantField
from billing.domain.states import InvoiceStatus
from billing.models import InvoiceLine


class LinePeriodSerializer(serializers.Serializer):
    """Half-open: [start, end)."""

    start = InstantField(source="period_start", allow_null=True)
    end = InstantField(source="period_end", allow_null=True)


class InvoiceLineSerializer(serializers.Serializer):
    """`amount` is before `discount` and `tax`, which stand beside it."""

    id = serializers.CharField(source="stripe_id")
    description = serializers.CharField()
    amount = MoneyField()
    discount = MoneyField()
    tax = MoneyField()
    quantity = serializers.IntegerField(allow_null=True)
    price = serializers.SerializerMethodField()
    proration = serializers.BooleanField()
    period = LinePeriodSerializer(source="*")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_price(self, row: InvoiceLine) -> str | None:
        return row.price_id or None


class InvoiceSerializer(serializers.Serializer):
    id = serializers.CharField(source="stripe_id")
    number = serializers.CharField(help_text="Empty for a draft.")
    status = serializers.ChoiceField(choices=[str(status) for status in InvoiceStatus])
    currency = serializers.CharField()
    subscription = serializers.CharField(source="subscription_id", allow_null=True)
    billing_reason = serializers.CharField()
    collection_method = serializers.CharField()
    lines = InvoiceLineSerializer(many=True, source="lines.all")
    subtotal = MoneyField()
    discount = MoneyField()
    tax = MoneyField()
    total = MoneyField()
    amount_due = MoneyField()
    amount_paid = MoneyField()
    amount_remaining = MoneyField()
    attempt_count = serializers.IntegerField()
    next_payment_attempt = InstantField(allow_null=True)
    period = LinePeriodSerializer(source="*")
    created_at = InstantField(source="stripe_created_at")
    issued_at = InstantField(allow_null=True)
    due_at = InstantField(allow_null=True)
    paid_at = InstantField(allow_null=True)
    voided_at = InstantField(allow_null=True)
    hosted_invoice_url = serializers.CharField(help_text="Stripe's page of the invoice, empty for a draft.")
