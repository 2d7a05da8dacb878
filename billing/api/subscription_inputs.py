"""What callers send about subscriptions, in this API's words or the guides' spellings."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from billing.models.price import Interval

SPELLINGS = {
    "planTier": "plan_id",
    "planId": "plan_id",
    "plan": "plan_id",
    "isAnnual": "is_annual",
    "previewToken": "preview_token",
    "paymentMethod": "payment_method",
}
MAX_QUANTITY = 1_000_000
MAX_TRIAL_DAYS = 730  # Stripe's own limit


class PlanChoiceSerializer(serializers.Serializer):
    """`planTier`, `planId` and `plan` are read as `plan_id`, `isAnnual` as `is_annual`."""

    plan_id = serializers.CharField(max_length=64, help_text="The plan's id, e.g. `professional`.")
    interval = serializers.ChoiceField(choices=[Interval.MONTH, Interval.YEAR], required=False)
    is_annual = serializers.BooleanField(required=False, help_text="Instead of `interval`.")
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, required=False)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            data = {SPELLINGS.get(name, name): value for name, value in data.items()}
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`interval` is empty where the caller left it open."""
        is_annual = attrs.pop("is_annual", None)
        if "interval" not in attrs:
            named = Interval.YEAR if is_annual else Interval.MONTH
            attrs["interval"] = "" if is_annual is None else named
        attrs["plan_code"] = attrs.pop("plan_id", "")
        return attrs


class StartSerializer(PlanChoiceSerializer):
    trial_days = serializers.IntegerField(min_value=0, max_value=MAX_TRIAL_DAYS, default=0)
    payment_method = serializers.CharField(max_length=255, allow_blank=True, default="")


class ChangeSerializer(PlanChoiceSerializer):
    """What is left out stays as it is."""

    plan_id = serializers.CharField(max_length=64, required=False)
    preview_token = serializers.CharField(max_length=2048, allow_blank=True, default="")
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class CancelSerializer(serializers.Serializer):
    at = serializers.ChoiceField(choices=["period_end", "now"], default="period_end")
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


def read(serializer: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    """The checked values. Raises ValidationError, answered with 400."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values
