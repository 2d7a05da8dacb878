"""JSON in and out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import orjson
from django.http import HttpRequest
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

PROBLEM_TYPE = "application/problem+json"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_NON_STR_KEYS


class JSONRenderer(BaseRenderer):
    """Times in RFC 3339 with `Z`, decimals as strings. Error answers are problem documents (RFC 9457)."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and response.exception:
            response["Content-Type"] = PROBLEM_TYPE
        return b"" if data is None else to_json(data)


class JSONParser(BaseParser):
    """orjson bounds nesting and refuses NaN and lone surrogates, which PostgreSQL could not store either."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        # `body`, unlike `read`, refuses more than DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.body if isinstance(stream, HttpRequest) else stream.read()
        try:
            return orjson.loads(body) if body.strip() else {}
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error}.", code="malformed_json") from error


def to_json(data: Any) -> bytes:
    return orjson.dumps(data, default=_more_types, option=_OPTIONS)


def _more_types(value: Any) -> Any:
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
