"""Is the installation well? For load balancers, monitors and people."""

from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.health_checks import BROKER, CACHE, DATABASE, EMAIL, STRIPE, WEBHOOKS, Check, Finding, look_at
from billing.api.views import PublicView


class CheckSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=["healthy", "unhealthy"])
    healthy = serializers.BooleanField()
    detail = serializers.CharField(help_text="What is wrong; empty where all is well.")
    duration_ms = serializers.IntegerField()


class HealthSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=["healthy", "degraded"])
    healthy = serializers.BooleanField()
    timestamp = serializers.DateTimeField()
    checks = serializers.DictField(child=CheckSerializer())


class HealthView(PublicView):
    """200 while the database answers, whatever else is down: restarting us would not help against that."""

    looks_at: ClassVar[list[Check]] = [DATABASE, STRIPE, CACHE, EMAIL]
    throttle_classes = []  # a probe that is refused would take a well process down

    @extend_schema(responses={200: HealthSerializer, 503: OpenApiResponse(HealthSerializer)})
    def get(self, request: Request) -> Response:
        findings = look_at(self.looks_at)
        healthy = not any(finding.problem for finding in findings.values())
        body = {
            "status": "healthy" if healthy else "degraded",
            "healthy": healthy,
            "timestamp": datetime.now(UTC),
            "checks": {name: _shown(finding) for name, finding in findings.items()},
        }
        status = 503 if findings[DATABASE.name].problem else 200
        return Response(body, status=status, headers={"Cache-Control": "no-store"})


class BillingHealthView(HealthView):
    looks_at = [DATABASE, STRIPE, CACHE, EMAIL, WEBHOOKS, BROKER]


class PaymentHealthView(HealthView):
    looks_at = [DATABASE, STRIPE, CACHE, WEBHOOKS, BROKER]


def _shown(finding: Finding) -> dict[str, object]:
    healthy = not finding.problem
    return {
        "status": "healthy" if healthy else "unhealthy",
        "healthy": healthy,
        "detail": finding.problem,
        "duration_ms": finding.duration_ms,
    }
