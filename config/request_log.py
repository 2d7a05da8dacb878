"""One line a request, with what became of it. A refusal (401, 403, 404, 429) is a warning that says whose it was."""

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from audit.client_address import client_address
from config.addresses import path_of, route_of


class RequestLogMiddleware(RequestMiddleware):
    """`request_finished`, or `request_failed` with the traceback. Actor and organization come from `audit.context`.

    Headers, query strings and bodies are not written: they hold what customers call themselves.
    """

    def prepare(self, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        told = {"route": route_of(request), "problem": problem_in(response)}
        with structlog.contextvars.bound_contextvars(**{name: value for name, value in told.items() if value}):
            super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {path_of(request)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """The actor says it, and knows keys too."""


def problem_in(response: Any) -> str:
    """The code of a problem document."""
    data = getattr(response, "data", None)
    code = data.get("code") if isinstance(data, dict) and response.status_code >= 400 else ""
    return str(code or getattr(response, "problem", ""))
