"""Money as the API shows it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


def money(amount: int, currency: str) -> dict[str, object]:
    """`amount` in minor units of `currency`, a lower-case ISO 4217 code."""
    return {"amount": amount, "currency": currency}


class MoneySerializer(serializers.Serializer):
    amount = serializers.IntegerField(help_text="Minor units: cents, yen, fils.")
    currency = serializers.CharField(help_text="Lower-case ISO 4217 code.")


Money = MoneySerializer


@extend_schema_field(MoneySerializer)
class MoneyField(serializers.Field):
    """An amount of a row together with the row's own `currency`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def get_attribute(self, instance: Any) -> Any:
        amount = super().get_attribute(instance)
        return None if amount is None else money(amount, instance.currency)

    def to_representation(self, value: Any) -> Any:
        return value
