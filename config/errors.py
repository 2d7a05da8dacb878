"""Answers outside any view: unknown routes, refused requests, crashes. Problem documents below /api/."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from billing.api.problems import problem_response


def api_route_not_found(request: HttpRequest, path: str = "") -> HttpResponseBase:
    return problem_response(request, "route_not_found", "There is nothing at this address.", HTTPStatus.NOT_FOUND)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return api_route_not_found(request)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem_response(request, "bad_request", "The request is malformed.", HTTPStatus.BAD_REQUEST)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem_response(request, "permission_denied", "This is not allowed.", HTTPStatus.FORBIDDEN)
    return defaults.permission_denied(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    if _is_api(request):
        detail = "Something broke on our side; the request id finds it in the logs."
        return problem_response(request, "server_error", detail, HTTPStatus.INTERNAL_SERVER_ERROR)
    return defaults.server_error(request)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
