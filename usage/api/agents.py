"""POST agents/execute: an example of a metered endpoint."""

import hashlib
import uuid

import msgspec
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.idempotency import HEADER
from billing.api.problem import Problem
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from usage.ingest.single import count_one
from usage.queries import UnknownMeter, the_meter

SOURCE = "agents/execute"


class ExecutionRequestSerializer(serializers.Serializer):
    agentId = serializers.CharField(max_length=255)
    input = serializers.JSONField(help_text="Anything; it is answered as the output.")


class ExecutionSerializer(serializers.Serializer):
    id = serializers.CharField(help_text="The counted event's id.")
    agentId = serializers.CharField()
    output = serializers.JSONField()


class ExecuteAgentView(OrganizationView):
    """Stands for a company's own product: it does nothing but answer its input, and counts one `api_calls`.

    Over the plan's limit the answer carries `X-Quota-Warning: true`.
    """

    needs = {"POST": Capability.USAGE_WRITE}
    meter_code = "api_calls"

    @extend_schema(request=ExecutionRequestSerializer, responses=ExecutionSerializer)
    def post(self, request: Request) -> Response:
        asked = ExecutionRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        event_id = request.headers.get(HEADER) or f"exec_{uuid.uuid4().hex}"
        agent, given = asked.validated_data["agentId"], asked.validated_data["input"]
        self._count(event_id, {"agent": agent, "input": _digest(given)})
        return Response({"id": event_id, "agentId": agent, "output": given})

    def _count(self, event_id: str, data: dict[str, object]) -> None:
        try:
            meter = the_meter(self.meter_code)
        except UnknownMeter as error:
            raise Problem(error.code, f"Create the meter {self.meter_code} first.", 409) from error
        outcome = count_one(
            organization=self.organization,
            meter=meter,
            source=SOURCE,
            event_id=event_id,
            data=data,
            now=timezone.now(),
        )
        if outcome.rejected:
            raise Problem("idempotency_key_reused", "This Idempotency-Key was used for another request.", 422)


def _digest(value: object) -> str:
    """Tells one input from another without keeping it."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
