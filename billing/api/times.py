"""Times in requests and answers: RFC 3339, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from rest_framework import serializers
from rest_framework.request import Request

from billing.api.problem import Problem


class InstantField(serializers.DateTimeField):
    """A time as it is in the row; the renderer writes it in UTC whatever time zone is activated."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format=None, read_only=True, **options)


class PeriodSerializer(serializers.Serializer):
    """Half-open: [start, end)."""

    start = InstantField(source="current_period_start")
    end = InstantField(source="current_period_end")


def instant_parameter(request: Request, name: str) -> datetime | None:
    """A time, or a day of UTC, from the query string.

    Raises Problem `invalid_time`.
    """
    text = request.query_params.get(name, "").replace(" ", "+")
    if not text:
        return None
    instant = _instant(text)
    if instant is None:
        raise Problem("invalid_time", f"{name} must be a day (2026-01-31) or a time (2026-01-31T12:00:00Z).")
    return instant


def end_parameter(request: Request, name: str) -> datetime | None:
    """As `instant_parameter`, but a day means its end."""
    instant = instant_parameter(request, name)
    is_day = "T" not in request.query_params.get(name, "")
    return instant + timedelta(days=1) if instant is not None and is_day else instant


def _instant(text: str) -> datetime | None:
    try:
        day = parse_date(text)
        if day is not None:
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        instant = parse_datetime(text)
    except ValueError:
        return None
    if instant is None:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
