"""`as_of`, `as_known` and `policy` of a request."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from analytics.ledger.fold import reporting_zone
from analytics.policies import UnknownPolicy, policy_named
from analytics.standpoint import Standpoint, standpoint
from billing.api.problem import Problem
from billing.api.times import instant_parameter

STANDPOINT_PARAMETERS = [
    OpenApiParameter(
        "as_of", str, description="What held then: a time, or a day (its end in the reporting zone). Now by default."
    ),
    OpenApiParameter(
        "as_known", str, description="By what was known then: a time. Now by default; pin it to get the same answer."
    ),
    OpenApiParameter("policy", str, description='The metric policy, "stripe" or "stripe/v1".', default="stripe"),
]


def standpoint_of(request: Request) -> Standpoint:
    """Raises Problem `invalid_time` and `unknown_policy`."""
    policy = request.query_params.get("policy", "stripe")
    try:
        policy_named(policy)
    except UnknownPolicy as error:
        raise Problem(error.code, str(error), 422) from None
    as_of = _as_of(request) or timezone.now()
    return standpoint(as_of, policy, instant_parameter(request, "as_known"))


def _as_of(request: Request) -> datetime | None:
    instant = instant_parameter(request, "as_of")
    if instant is None or parse_date(request.query_params["as_of"]) is None:
        return instant
    next_day = instant.date() + timedelta(days=1)
    return datetime.combine(next_day, time(), reporting_zone()) - timedelta(microseconds=1)
