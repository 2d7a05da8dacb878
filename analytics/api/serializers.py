"""The answers' shapes, for the OpenAPI document; `shapes` makes them."""

from rest_framework import serializers

from billing.api.money import MoneySerializer


class StandpointSerializer(serializers.Serializer):
    as_of = serializers.DateTimeField(help_text="What held then.")
    as_known = serializers.DateTimeField(help_text="By what was known then.")
    policy = serializers.CharField(help_text="The metric policy and its version.")


class CurrencyFigureSerializer(serializers.Serializer):
    mrr = MoneySerializer()
    converted = MoneySerializer(allow_null=True, help_text="In the reporting currency; null without an exchange rate.")
    rate = serializers.CharField(allow_null=True)
    rate_day = serializers.DateField(allow_null=True)


class FigureSerializer(StandpointSerializer):
    value = MoneySerializer()
    by_currency = CurrencyFigureSerializer(many=True)
    unconverted = MoneySerializer(many=True, help_text="Missing in the value: no exchange rate is known.")


class RowSerializer(serializers.Serializer):
    organization = serializers.CharField()
    subscription = serializers.CharField()
    status = serializers.CharField()
    item = serializers.CharField()
    price = serializers.CharField()
    plan = serializers.CharField(help_text="Its code; the product's id where the catalog has no plan for it.")
    interval = serializers.CharField()
    interval_count = serializers.IntegerField()
    quantity = serializers.IntegerField()
    amount = MoneySerializer(help_text="A month, in the reporting currency.")
    original = MoneySerializer(help_text="A month, in the subscription's currency.")
    since = serializers.DateTimeField(help_text="Since when it has stood so.")
    event = serializers.CharField(help_text="The event that says so.")


class ExcludedSerializer(serializers.Serializer):
    reason = serializers.CharField()
    count = serializers.IntegerField(help_text="Items.")
    amount = MoneySerializer(help_text="What they would add a month.")


class ExplanationSerializer(StandpointSerializer):
    value = MoneySerializer()
    definition = serializers.DictField(help_text="The policy's switches.")
    formula = serializers.CharField()
    rows = RowSerializer(many=True, help_text="Sum exactly to the value, unless `limit` cuts them short.")
    row_count = serializers.IntegerField()
    excluded = ExcludedSerializer(many=True)
    unconverted = RowSerializer(many=True)
    permalink = serializers.CharField()


class BridgeSerializer(serializers.Serializer):
    period = serializers.CharField(help_text="2026-05, or 2026-05-03.")
    start = MoneySerializer()
    new = MoneySerializer()
    expansion = MoneySerializer()
    reactivation = MoneySerializer()
    contraction = MoneySerializer()
    churn = MoneySerializer()
    pause = MoneySerializer()
    fx = MoneySerializer()
    end = MoneySerializer()


class MovementsSerializer(StandpointSerializer):
    data = BridgeSerializer(many=True)  # type: ignore[assignment]
    grain = serializers.ChoiceField(["day", "month"])
    currency = serializers.CharField()
    unconverted = serializers.ListField(child=serializers.CharField())


class PlanFigureSerializer(serializers.Serializer):
    plan = serializers.CharField()
    name = serializers.CharField()
    mrr = MoneySerializer()
    subscribers = serializers.IntegerField(help_text="Organizations with revenue from this plan.")


class PlansSerializer(StandpointSerializer):
    data = PlanFigureSerializer(many=True, help_text="Sums exactly to the MRR.")  # type: ignore[assignment]
