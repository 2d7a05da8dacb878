"""Keyset pagination: pages are found by the last row's own values, never by COUNT or OFFSET.

Rows that come or go between two pages shift nothing: no row is shown twice or left out.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.problem import Problem
from billing.api.rendering import to_json

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
PAGING = [
    OpenApiParameter("limit", int, description=f"Rows a page: 1 to {MAX_LIMIT}, {DEFAULT_LIMIT} by default."),
    OpenApiParameter("cursor", str, description="Where to go on; part of `next` and `previous`."),
]

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: beside the row with these values, reading onwards or backwards."""

    backwards: bool
    values: list[Any]

    def encode(self) -> str:
        return base64.urlsafe_b64encode(to_json([int(self.backwards), *self.values])).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Raises ValueError where the text is not a cursor of ours."""
        padded = text + "=" * (-len(text) % 4)
        content = orjson.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        if not isinstance(content, list) or content[:1] not in ([0], [1]):
            raise ValueError("not a cursor")
        return cls(bool(content[0]), content[1:])


class KeysetPagination(Generic[Row]):
    """Pages over a queryset, ordered by columns that are never null and together unique.

    `ordering` as in `order_by`, e.g. ("-created_at", "-id"); an index should have these columns in this order.
    """

    def __init__(self, ordering: Sequence[str]) -> None:
        self.names = [name.lstrip("-") for name in ordering]
        self.descending = [name.startswith("-") for name in ordering]

    def respond(self, request: Request, rows: QuerySet[Row], show: Callable[[list[Row]], object]) -> Response:
        """The page that the request asks for, by `?limit=` (1 to 100) and `?cursor=`, in the contract's shape.

        `show` makes what is shown of a page's rows. Raises Problem `invalid_limit` or `invalid_cursor`.
        """
        limit, cursor = self._limit(request), self._cursor(request, rows)
        page, previous, following = self.page(rows, limit, cursor)
        pagination = {
            "next": self._link(request, following, limit),
            "previous": self._link(request, previous, limit),
            "limit": limit,
        }
        return Response({"data": show(page), "pagination": pagination})

    def page(
        self, rows: QuerySet[Row], limit: int, cursor: Cursor | None
    ) -> tuple[list[Row], Cursor | None, Cursor | None]:
        """The rows of one page in the list's order, and the cursors of the pages before and after it."""
        backwards = cursor is not None and cursor.backwards
        if cursor is not None:
            rows = rows.filter(self._beyond(cursor))
        found = list(rows.order_by(*self._order(backwards))[: limit + 1])
        more, page = len(found) > limit, found[:limit]
        if backwards:
            page.reverse()
        has_previous, has_next = (more, True) if backwards else (cursor is not None, more)
        previous = self._at(page[0], backwards=True) if has_previous and page else None
        following = self._at(page[-1], backwards=False) if has_next and page else None
        return page, previous, following

    def _order(self, backwards: bool) -> list[str]:
        signs = ["-" if descending != backwards else "" for descending in self.descending]
        return [sign + name for sign, name in zip(signs, self.names, strict=True)]

    def _beyond(self, cursor: Cursor) -> Q:
        """Rows after the cursor's: (a, b) beyond (x, y) as a >= x and (a > x or a = x and b > y), which lets
        the index find its start by the first column."""
        beyond, equal = Q(), Q()
        for name, value, descending in zip(self.names, cursor.values, self.descending, strict=True):
            comparison = "lt" if descending != cursor.backwards else "gt"
            beyond |= equal & Q(**{f"{name}__{comparison}": value})
            equal &= Q(**{name: value})
        first = "lte" if self.descending[0] != cursor.backwards else "gte"
        return Q(**{f"{self.names[0]}__{first}": cursor.values[0]}) & beyond

    def _at(self, row: Row, *, backwards: bool) -> Cursor:
        return Cursor(backwards, [_exact(getattr(row, name)) for name in self.names])

    def _limit(self, request: Request) -> int:
        text = request.query_params.get("limit", str(DEFAULT_LIMIT))
        if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
            raise Problem("invalid_limit", f"limit must be a whole number from 1 to {MAX_LIMIT}.")
        return min(int(text[:9]), MAX_LIMIT)

    def _cursor(self, request: Request, rows: QuerySet[Row]) -> Cursor | None:
        text = request.query_params.get("cursor")
        if not text:
            return None
        try:
            cursor = Cursor.decode(text)
            fields = [rows.model._meta.get_field(name) for name in self.names]
            values = [_parsed(field, value) for field, value in zip(fields, cursor.values, strict=True)]
        except (ValueError, ValidationError, TypeError, binascii.Error) as error:
            raise Problem("invalid_cursor", "cursor is not one that this list gave; begin without it.") from error
        return Cursor(cursor.backwards, values)

    def _link(self, request: Request, cursor: Cursor | None, limit: int) -> str | None:
        if cursor is None:
            return None
        parameters = [(name, value) for name, value in request.query_params.items() if name not in _OURS]
        query = urlencode([*parameters, ("limit", str(limit)), ("cursor", cursor.encode())])
        return request.build_absolute_uri(f"{request.path}?{query}")


_OURS = frozenset({"limit", "cursor"})


def _parsed(field: Any, value: Any) -> Any:
    parsed = field.to_python(value)
    if parsed is None or (isinstance(parsed, datetime) and parsed.tzinfo is None):
        raise ValueError("not a value of this column")
    return parsed


def _exact(value: Any) -> Any:
    """Times to the microsecond; the renderer shows seconds alone."""
    return value.isoformat() if isinstance(value, datetime) else value


class PaginationSerializer(serializers.Serializer):
    """`next` and `previous` are addresses to call as they are; null where the list ends."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    limit = serializers.IntegerField()


def page_of(shape: type[serializers.Serializer]) -> Any:
    """The OpenAPI shape of a page of these."""
    name = shape.__name__.removesuffix("Serializer")
    return inline_serializer(f"{name}Page", {"data": shape(many=True), "pagination": PaginationSerializer()})
