"""Usage as the API shows it. Quantities are decimal strings in the meter's unit."""

from rest_framework import serializers

from billing.api.money import MoneySerializer, money
from billing.api.subscription_shapes import SubscriptionSerializer
from usage.domain.quantity import plain
from usage.domain.quota import Quota
from usage.quotas import PeriodUsage

Shape = dict[str, object]


class SpanSerializer(serializers.Serializer):
    """Half-open: [start, end)."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class MeterUsageSerializer(serializers.Serializer):
    code = serializers.CharField()
    value = serializers.CharField()
    included = serializers.CharField(allow_null=True, help_text="Null where the plan sets no limit.")
    overage = serializers.CharField()
    amount = MoneySerializer(allow_null=True, help_text="Null while usage with a price of its own is not rated.")


class QuotaSerializer(serializers.Serializer):
    meter = serializers.CharField()
    limit = serializers.CharField(allow_null=True, help_text="Null is unlimited.")
    used = serializers.CharField()
    remaining = serializers.CharField(allow_null=True)
    exceeded = serializers.BooleanField()


class OverageSerializer(serializers.Serializer):
    meter = serializers.CharField()
    quantity = serializers.CharField()
    amount = MoneySerializer(allow_null=True)


class CurrentUsageSerializer(serializers.Serializer):
    current_period = SpanSerializer()
    meters = MeterUsageSerializer(many=True)
    quotas = QuotaSerializer(many=True, help_text="Of the meters that the plan names.")
    grace_periods = serializers.ListField(child=serializers.DictField())
    overages = OverageSerializer(many=True)
    subscription = SubscriptionSerializer(allow_null=True)
    estimate = MoneySerializer(allow_null=True, help_text="What the period's usage costs so far.")


def usage_shapes(usage: PeriodUsage, *, currency: str, is_priced: bool) -> Shape:
    """What follows from the period's usage. Where usage has a price, its amount is null until it is rated: a
    nought would be a promise."""
    cost = None if is_priced else money(0, currency)
    return {
        "current_period": {"start": usage.period.start, "end": usage.period.end},
        "meters": [_meter(quota, cost) for quota in usage.quotas],
        "quotas": [_quota(quota) for quota in usage.quotas if quota.meter in usage.limited],
        "grace_periods": [],
        "overages": [_overage(quota, cost) for quota in usage.quotas if quota.exceeded],
        "estimate": cost,
    }


def _meter(quota: Quota, cost: Shape | None) -> Shape:
    included = None if quota.limit is None else plain(quota.limit)
    value, overage = plain(quota.used), plain(quota.overage)
    return {"code": quota.meter, "value": value, "included": included, "overage": overage, "amount": cost}


def _quota(quota: Quota) -> Shape:
    return {
        "meter": quota.meter,
        "limit": None if quota.limit is None else plain(quota.limit),
        "used": plain(quota.used),
        "remaining": None if quota.remaining is None else plain(quota.remaining),
        "exceeded": quota.exceeded,
    }


def _overage(quota: Quota, cost: Shape | None) -> Shape:
    return {"meter": quota.meter, "quantity": plain(quota.overage), "amount": cost}
