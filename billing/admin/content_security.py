"""What Unfold needs beyond the strict policy, on `/admin/` alone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class AdminContentSecurityMiddleware:
    """Unfold's Alpine evaluates expressions and sets inline styles; portal, API and the rest stay strict.

    Stands after CSPMiddleware in the list, so that it runs before the header is built.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = {"script-src": ["'unsafe-eval'"]}  # type: ignore[attr-defined]
            response._csp_replace = {"style-src": ["'self'", "'unsafe-inline'"]}  # type: ignore[attr-defined]
        return response
