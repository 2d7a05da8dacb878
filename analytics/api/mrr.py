"""GET analytics/mrr, analytics/mrr/explain, analytics/plans."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import queries
from analytics.api.counts import count_parameter
from analytics.api.serializers import ExplanationSerializer, FigureSerializer, PlansSerializer
from analytics.api.shapes import explanation_json, figure_json, plans_json
from analytics.api.standpoint import STANDPOINT_PARAMETERS, standpoint_of
from billing.api.views import StaffView
from billing.domain.scopes import Scope

READ = {"GET": Scope.ANALYTICS_READ}
STAFF = {"GET": "analytics.view_mrrmovement"}
MOST_ROWS = 1_000_000


class MrrView(StaffView):
    """Monthly recurring revenue in the reporting currency, and in each currency."""

    scopes = READ
    permissions = STAFF

    @extend_schema(parameters=STANDPOINT_PARAMETERS, responses=FigureSerializer)
    def get(self, request: Request) -> Response:
        at = standpoint_of(request)
        return Response(figure_json(queries.mrr(at.as_of, at.policy.key, at.as_known)))


class MrrExplainView(StaffView):
    """The rows that sum to the MRR, and what was left out and why."""

    scopes = READ
    permissions = STAFF

    @extend_schema(
        parameters=[*STANDPOINT_PARAMETERS, OpenApiParameter("limit", int, description="Show only so many rows.")],
        responses=ExplanationSerializer,
    )
    def get(self, request: Request) -> Response:
        at, limit = standpoint_of(request), count_parameter(request, "limit", most=MOST_ROWS)
        explanation = queries.mrr_rows(at.as_of, at.policy.key, at.as_known)
        return Response(explanation_json(explanation, limit=limit, path=request.path))


class PlansView(StaffView):
    """MRR and subscribers by plan, largest first."""

    scopes = READ
    permissions = STAFF

    @extend_schema(parameters=STANDPOINT_PARAMETERS, responses=PlansSerializer)
    def get(self, request: Request) -> Response:
        at = standpoint_of(request)
        return Response(plans_json(queries.mrr_by_plan(at.as_of, at.policy.key, at.as_known), at))
