"""Times in requests and answers: RFC 3339, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from rest_framework import serializers
from rest_framework.request import Request

from billing.api.problem import Problem

_YEARS = range(2, 9999)
"""The first and the last year of the calendar leave no room for another time zone, or for the end of a day."""


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
    if instant is None or parse_date(request.query_params[name]) is None:
        return instant
    return instant + timedelta(days=1)


def _instant(text: str) -> datetime | None:
    try:
        instant = _parsed(text)
    except ValueError:
        return None
    if instant is None or instant.year not in _YEARS:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _parsed(text: str) -> datetime | None:
    day = parse_date(text)
    return parse_datetime(text) if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
