"""GET usage/meters/{code}/query."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.problem import Problem
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from billing.queries.periods import current_period
from usage.aggregate import used_by_window
from usage.domain.quantity import plain
from usage.domain.windows import Grain, TooManyWindows, Window, windows
from usage.queries import UnknownMeter, the_meter

_YEARS = range(2000, 3000)


class WindowSerializer(serializers.Serializer):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    value = serializers.CharField(help_text="A decimal number, in the meter's unit.")


class MeterQuerySerializer(serializers.Serializer):
    meter = serializers.CharField()
    window = serializers.ChoiceField([str(grain) for grain in Grain])
    time_zone = serializers.CharField()
    data = WindowSerializer(many=True)  # type: ignore[assignment]


class MeterQueryView(OrganizationView):
    """The usage of one meter, window by window; windows are hours, days or months of the organization's zone.

    Half-open from `from` to `to`, by default the current billing period. Windows without usage are 0.
    """

    needs = {"GET": Capability.USAGE_READ}

    @extend_schema(
        parameters=[
            OpenApiParameter("from", str, description="RFC 3339 with an offset, or a date in the organization's zone."),
            OpenApiParameter("to", str, description="As `from`; not itself included."),
            OpenApiParameter("window", str, enum=[str(grain) for grain in Grain], default="day"),
        ],
        responses=MeterQuerySerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        try:
            meter = the_meter(code)
        except UnknownMeter as error:
            raise Problem(error.code, str(error), 404) from None
        zone = ZoneInfo(self.organization.time_zone)
        grain = _grain(request.query_params.get("window", Grain.DAY))
        asked = _windows(self._range(request, zone), grain, zone)
        used = used_by_window(self.organization.pk, meter, asked)
        rows = [
            {"start": window.start, "end": window.end, "value": plain(total)}
            for window, total in zip(asked, used, strict=True)
        ]
        return Response({"meter": code, "window": grain, "time_zone": zone.key, "data": rows})

    def _range(self, request: Request, zone: ZoneInfo) -> Window:
        period = current_period(self.organization.pk, timezone.now())
        start, end = request.query_params.get("from"), request.query_params.get("to")
        return Window(_instant(start, zone) if start else period.start, _instant(end, zone) if end else period.end)


def _grain(text: str) -> Grain:
    if text not in list(Grain):
        raise Problem("invalid_window", f"window is one of: {', '.join(Grain)}.")
    return Grain(text)


def _windows(asked: Window, grain: Grain, zone: ZoneInfo) -> list[Window]:
    try:
        return windows(asked.start, asked.end, grain=grain, zone=zone)
    except TooManyWindows as error:
        raise Problem("too_many_windows", str(error)) from None


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = _parsed(text, zone)
    except ValueError:
        raise _invalid(text) from None
    if found.tzinfo is None or found.year not in _YEARS:
        raise _invalid(text)
    return found.astimezone(UTC)


def _parsed(text: str, zone: ZoneInfo) -> datetime:
    if len(text) == len("2026-01-31"):
        return datetime.combine(date.fromisoformat(text), time(), zone)
    return datetime.fromisoformat(text)


def _invalid(text: str) -> Problem:
    return Problem("invalid_time", f'"{text[:40]}" is neither a date nor an RFC 3339 time with an offset (%2B for +).')
