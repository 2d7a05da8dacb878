"""What anybody may know: features that are on, and the public catalog."""

import hashlib
from decimal import Decimal

from django.conf import settings
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.rendering import to_json
from billing.api.subscription_shapes import PriceSerializer
from billing.api.views import PublicView
from billing.models import PlanFeature
from billing.queries.plans import public_catalog


class FeaturesSerializer(serializers.Serializer):
    billingEnabled = serializers.BooleanField()
    acceptNewPayments = serializers.BooleanField()
    paymentMaintenance = serializers.BooleanField()
    environment = serializers.CharField()
    release = serializers.CharField()
    livemode = serializers.BooleanField()


class IncludedSerializer(serializers.Serializer):
    """`limit` is the quantity a period in the meter's unit, null for unlimited or where nothing is metered."""

    id = serializers.CharField(source="feature.code")
    name = serializers.CharField(source="feature.name")
    meter = serializers.SerializerMethodField()
    limit = serializers.SerializerMethodField()

    def get_meter(self, row: PlanFeature) -> str | None:
        return row.feature.meter_code or None

    def get_limit(self, row: PlanFeature) -> str | None:
        return None if row.limit is None else plain(row.limit)


class PlanSerializer(serializers.Serializer):
    id = serializers.CharField(source="code")
    name = serializers.CharField()
    description = serializers.CharField()
    features = IncludedSerializer(many=True, source="plan_features.all")
    prices = PriceSerializer(many=True, source="prices.all")


class FeaturesView(PublicView):
    @extend_schema(responses=FeaturesSerializer)
    def get(self, request: Request) -> Response:
        return Response(
            {
                "billingEnabled": settings.BILLING_ENABLED,
                "acceptNewPayments": settings.ACCEPT_NEW_PAYMENTS,
                "paymentMaintenance": settings.PAYMENT_MAINTENANCE,
                "environment": settings.ENVIRONMENT,
                "release": settings.RELEASE,
                "livemode": settings.STRIPE_LIVE_MODE,
            }
        )


class PlansView(PublicView):
    @extend_schema(responses=inline_serializer("Catalog", {"data": PlanSerializer(many=True)}))
    def get(self, request: Request) -> Response:
        """Plans on offer with their prices and what they include. Caches may keep it; ask again by ETag."""
        catalog = {"data": PlanSerializer(public_catalog(), many=True).data}
        etag = f'"{hashlib.sha256(to_json(catalog)).hexdigest()[:32]}"'
        fresh = etag in _tags(request)
        headers = {"ETag": etag, "Cache-Control": f"public, max-age={settings.BILLING_CACHE_TTL}"}
        return Response(None if fresh else catalog, status=304 if fresh else 200, headers=headers)


def _tags(request: Request) -> list[str]:
    given = request.headers.get("If-None-Match", "").split(",")
    return [tag.strip().removeprefix("W/") for tag in given]


def plain(value: Decimal) -> str:
    """1000, not 1E+3 or 1000.000000000000."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
