"""GET usage/meters."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from usage.models.meter import Meter
from usage.queries import meters


class MeterSerializer(serializers.ModelSerializer):
    class Meta:
        model = Meter
        fields = ["code", "name", "aggregation", "event_type", "value_property", "unit"]


class MeterListSerializer(serializers.Serializer):
    data = MeterSerializer(many=True)  # type: ignore[assignment]


class MetersView(OrganizationView):
    """What is counted."""

    needs = {"GET": Capability.USAGE_READ}

    @extend_schema(responses=MeterListSerializer)
    def get(self, request: Request) -> Response:
        return Response({"data": MeterSerializer(meters(), many=True).data})
