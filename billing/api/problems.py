"""Errors as problem documents (RFC 9457): one shape, with a code that never changes its meaning."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from drf_standardized_errors.formatter import ExceptionFormatter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from billing.api.problem import Problem, document
from billing.api.rendering import PROBLEM_TYPE, to_json

__all__ = ["Problem", "ProblemFormatter", "ProblemSerializer", "document", "problem_response"]

_CODES = {"not_authenticated": "authentication_required", "throttled": "rate_limited", "error": "server_error"}


class ProblemErrorSerializer(serializers.Serializer):
    code = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(allow_null=True, help_text="Path of the offending value, `a.0.b`.")


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField(help_text="`urn:countinghouse:problem:` and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable; see the table in docs/api.md.")
    instance = serializers.CharField(help_text="The path that was asked.")
    request_id = serializers.CharField(help_text="Also in the `X-Request-ID` header; quote it to support.")

    def get_fields(self) -> dict[str, serializers.Field]:
        """`errors` cannot be declared: it is a property of every serializer."""
        return {**super().get_fields(), "errors": ProblemErrorSerializer(many=True, required=False)}


def problem_response(request: HttpRequest, code: str, detail: str, status: int) -> HttpResponse:
    """A problem document from outside the REST framework: middleware, unknown routes, crashes."""
    body = to_json(document(code, detail, status, request.path))
    response = HttpResponse(body, status=status, content_type=PROBLEM_TYPE)
    response.problem = code  # type: ignore[attr-defined]  # for the log
    return response


class ProblemFormatter(ExceptionFormatter):
    """Every exception of an API view as a problem document."""

    def run(self) -> dict[str, object]:
        request = self.context.get("request")
        path = request.path if request is not None else ""
        if isinstance(self.exc, ValidationError):
            return document("validation_error", *self._validation(), instance=path, errors=self._errors())
        code = str(self.exc.get_codes())
        members = getattr(self.exc, "members", {})
        return document(_CODES.get(code, code), str(self.exc.detail), self.exc.status_code, path, **members)

    def _validation(self) -> tuple[str, int]:
        first = self.get_errors()[0]
        return (f"{first.attr}: {first.detail}" if first.attr else first.detail), self.exc.status_code

    def _errors(self) -> list[dict[str, Any]]:
        return [{"code": error.code, "detail": error.detail, "field": error.attr} for error in self.get_errors()]
