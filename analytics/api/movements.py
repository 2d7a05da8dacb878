"""GET analytics/movements."""

import re

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import queries
from analytics.api.counts import count_parameter
from analytics.api.serializers import MovementsSerializer
from analytics.api.shapes import movements_json
from analytics.api.standpoint import STANDPOINT_PARAMETERS, standpoint_of
from analytics.metrics.calendar import Grain
from analytics.queries.movements import MOST_PERIODS
from billing.api.problem import Problem
from billing.api.views import StaffView
from billing.domain.scopes import Scope


class MovementsView(StaffView):
    """The MRR bridge, period by period: start + new + expansion + reactivation + contraction + churn + pause + fx =
    end. Losses are negative. The whole history by default, at most 36 periods."""

    scopes = {"GET": Scope.ANALYTICS_READ}
    permissions = {"GET": "analytics.view_mrrmovement"}

    @extend_schema(
        parameters=[
            OpenApiParameter("grain", str, enum=[str(grain) for grain in Grain], default="month"),
            OpenApiParameter("last", int, description=f"Only the latest so many periods, at most {MOST_PERIODS}."),
            OpenApiParameter("currency", str, description="Only this currency, and in it."),
            OpenApiParameter("plan", str, description="Only this plan, by its code."),
            *STANDPOINT_PARAMETERS,
        ],
        responses=MovementsSerializer,
    )
    def get(self, request: Request) -> Response:
        at = standpoint_of(request)
        found = queries.movements(
            _grain(request),
            count_parameter(request, "last", most=MOST_PERIODS),
            as_of=at.as_of,
            policy=at.policy.key,
            as_known=at.as_known,
            currency=_currency(request),
            plan=request.query_params.get("plan", ""),
        )
        return Response(movements_json(found))


def _grain(request: Request) -> str:
    grain = request.query_params.get("grain", Grain.MONTH)
    if grain not in list(Grain):
        raise Problem("invalid_grain", f"grain is one of: {', '.join(Grain)}.")
    return grain


def _currency(request: Request) -> str:
    currency = request.query_params.get("currency", "").lower()
    if currency and not re.fullmatch("[a-z]{3}", currency):
        raise Problem("invalid_currency", "currency must be a code of three letters, such as usd.")
    return currency
