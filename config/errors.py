"""Answers outside any view: unknown routes, refused requests, crashes. Problem documents below /api/, else pages
that need neither a database nor static files, and show nothing of what broke."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from audit.context import current
from billing.api.outcomes import DATABASE_AWAY, NO_DATABASE, RETRY_SECONDS
from billing.api.problems import problem_response

STAFF = "/admin/"


def api_route_not_found(request: HttpRequest, path: str = "") -> HttpResponseBase:
    return problem_response(request, "route_not_found", "There is nothing at this address.", HTTPStatus.NOT_FOUND)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return api_route_not_found(request)
    return page(request, HTTPStatus.NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem_response(request, "bad_request", "The request is malformed.", HTTPStatus.BAD_REQUEST)
    return page(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem_response(request, "permission_denied", "This is not allowed.", HTTPStatus.FORBIDDEN)
    return page(request, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    if _is_api(request):
        return permission_denied(request, PermissionError(reason))
    return page(request, HTTPStatus.FORBIDDEN, "403_csrf.html")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django calls it while it handles the exception."""
    if isinstance(sys.exc_info()[1], NO_DATABASE):
        return unavailable(request)
    if _is_api(request):
        detail = "Something broke on our side; the request id finds it in the logs."
        return problem_response(request, "server_error", detail, HTTPStatus.INTERNAL_SERVER_ERROR)
    return page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest) -> HttpResponseBase:
    status, detail = HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer; try again."
    is_api = _is_api(request)
    response = problem_response(request, DATABASE_AWAY, detail, status) if is_api else page(request, status)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def page(request: HttpRequest, status: HTTPStatus, template: str = "") -> HttpResponse:
    """Rendered without a request: context processors would ask the database who is signed in."""
    words = {
        "status": status.value,
        "nonce": getattr(request, "csp_nonce", ""),
        "request_id": current().request_id,
        "home": STAFF if request.path.startswith(STAFF) else "",
    }
    return HttpResponse(render_to_string(template or f"{status.value}.html", words), status=status)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
