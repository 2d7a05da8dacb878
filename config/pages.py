"""Pages of the installation that belong to no app."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def unauthorized(request: HttpRequest) -> HttpResponse:
    """For a signed-in person without the role (S0.52)."""
    words = {"status": HTTPStatus.FORBIDDEN.value, "nonce": getattr(request, "csp_nonce", "")}
    return render(request, "unauthorized.html", words, status=HTTPStatus.FORBIDDEN)
