"""Subscriptions as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.api.money import MoneyField, MoneySerializer, money
from billing.api.times import InstantField, PeriodSerializer
from billing.domain.states import SubscriptionStatus
from billing.models import Subscription
from billing.queries.subscriptions import plan_of


class PriceSerializer(serializers.Serializer):
    """`amount` is null where tiers or fractions of a minor unit decide; `amount_decimal` is exact."""

    id = serializers.CharField(source="stripe_id")
    amount = MoneyField(source="unit_amount", allow_null=True)
    amount_decimal = serializers.CharField(source="unit_amount_decimal")
    currency = serializers.CharField()
    interval = serializers.CharField(help_text="day, week, month or year; empty for a one-time price.")
    interval_count = serializers.IntegerField()


class ItemSerializer(serializers.Serializer):
    id = serializers.CharField(source="stripe_id")
    price = PriceSerializer(allow_null=True)
    quantity = serializers.IntegerField(allow_null=True)
    current_period = PeriodSerializer(source="*")


class PlanReferenceSerializer(serializers.Serializer):
    id = serializers.CharField(source="code")
    name = serializers.CharField()


class PauseSerializer(serializers.Serializer):
    behavior = serializers.CharField(source="pause_behavior")
    resumes_at = InstantField(source="pause_resumes_at", allow_null=True)


class SubscriptionSerializer(serializers.Serializer):
    id = serializers.CharField(source="stripe_id")
    status = serializers.ChoiceField(choices=[str(status) for status in SubscriptionStatus])
    plan = serializers.SerializerMethodField()
    items = ItemSerializer(many=True, source="items.all")
    currency = serializers.CharField()
    current_period = PeriodSerializer(source="*")
    cancel_at_period_end = serializers.BooleanField()
    cancel_at = InstantField(allow_null=True)
    canceled_at = InstantField(allow_null=True)
    ended_at = InstantField(allow_null=True)
    trial_end = InstantField(allow_null=True)
    pause = serializers.SerializerMethodField()
    collection_method = serializers.CharField()
    default_payment_method = serializers.CharField(source="default_payment_method_id")
    latest_invoice = serializers.CharField(source="latest_invoice_id")
    created_at = InstantField(source="stripe_created_at")

    @extend_schema_field(PlanReferenceSerializer(allow_null=True))
    def get_plan(self, row: Subscription) -> Any:
        plan = plan_of(row)
        return None if plan is None else PlanReferenceSerializer(plan).data

    @extend_schema_field(PauseSerializer(allow_null=True))
    def get_pause(self, row: Subscription) -> Any:
        return PauseSerializer(row).data if row.pause_behavior else None


class PreviewPeriodSerializer(serializers.Serializer):
    start = InstantField(source="period_start", allow_null=True)
    end = InstantField(source="period_end", allow_null=True)


@extend_schema_field(MoneySerializer)
class PreviewMoneyField(serializers.Field):
    """Money in the preview's currency, which stands in the context."""

    def to_representation(self, value: int) -> dict[str, object]:
        return money(value, self.context["currency"])


class PreviewLineSerializer(serializers.Serializer):
    description = serializers.CharField()
    amount = PreviewMoneyField(read_only=True)
    period = PreviewPeriodSerializer(source="*")
    proration = serializers.BooleanField()


class NextInvoiceSerializer(serializers.Serializer):
    at = InstantField()
    amount = PreviewMoneyField(read_only=True)


class PreviewSerializer(serializers.Serializer):
    """What would be invoiced now. Lines sum to `subtotal`; `due_now` is after the customer's balance.
    `preview_token` is empty for a start: nothing is prorated then."""

    preview_token = serializers.CharField(source="token")
    expires_at = InstantField()
    lines = PreviewLineSerializer(many=True)
    subtotal = PreviewMoneyField(read_only=True)
    tax = PreviewMoneyField(read_only=True)
    total = PreviewMoneyField(read_only=True)
    due_now = PreviewMoneyField(read_only=True)
    next_invoice = NextInvoiceSerializer(allow_null=True)
