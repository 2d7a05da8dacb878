"""Payments and payment methods as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.api.money import MoneyField
from billing.api.times import InstantField
from billing.domain.states import PaymentStatus
from billing.models import Payment, PaymentMethod


class FailureSerializer(serializers.Serializer):
    code = serializers.CharField(source="failure_code", help_text="Stripe's decline code, else its error code.")
    message = serializers.CharField(source="failure_message")


class PaymentSerializer(serializers.Serializer):
    id = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=[str(status) for status in PaymentStatus])
    amount = MoneyField()
    amount_received = MoneyField()
    method = serializers.CharField(help_text="e.g. `card`; empty while none was chosen.")
    payment_method = serializers.CharField(source="payment_method_id")
    invoices = serializers.SerializerMethodField()
    failure = serializers.SerializerMethodField()
    description = serializers.CharField()
    created_at = InstantField()
    canceled_at = InstantField(allow_null=True)

    def get_id(self, row: Payment) -> str:
        return row.stripe_id or row.public_id

    def get_invoices(self, row: Payment) -> list[str]:
        """Ids of the invoices that it pays."""
        return [paid.invoice_id for paid in row.invoice_payments.all()]

    @extend_schema_field(FailureSerializer(allow_null=True))
    def get_failure(self, row: Payment) -> Any:
        return FailureSerializer(row).data if row.failure_code else None


class CardSerializer(serializers.Serializer):
    brand = serializers.CharField(source="card_brand")
    last_four = serializers.CharField(source="card_last_four")
    exp_month = serializers.IntegerField(source="card_exp_month", allow_null=True)
    exp_year = serializers.IntegerField(source="card_exp_year", allow_null=True)
    country = serializers.CharField(source="card_country")


class PaymentMethodSerializer(serializers.Serializer):
    id = serializers.CharField(source="stripe_id")
    type = serializers.CharField()
    card = serializers.SerializerMethodField()
    is_default = serializers.SerializerMethodField()
    created_at = InstantField()

    @extend_schema_field(CardSerializer(allow_null=True))
    def get_card(self, row: PaymentMethod) -> Any:
        return CardSerializer(row).data if row.card_last_four else None

    def get_is_default(self, row: PaymentMethod) -> bool:
        return bool(row.stripe_id == self.context["default"])
