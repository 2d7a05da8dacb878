"""GET billing/usage/current."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.subscription_shapes import SubscriptionSerializer
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from usage.api.shapes import CurrentUsageSerializer, usage_shapes
from usage.queries import pays_by_usage, served_subscription
from usage.quotas import period_usage


class CurrentUsageView(OrganizationView):
    """What the organization used in its current billing period, against what its plan includes."""

    needs = {"GET": Capability.USAGE_READ}

    @extend_schema(responses=CurrentUsageSerializer)
    def get(self, request: Request) -> Response:
        subscription = served_subscription(self.organization.pk)
        shapes = usage_shapes(
            period_usage(self.organization.pk, timezone.now()),
            currency=subscription.currency if subscription else self.organization.currency,
            is_priced=pays_by_usage(self.organization.pk),
        )
        shown = SubscriptionSerializer(subscription).data if subscription else None
        return Response({**shapes, "subscription": shown})
