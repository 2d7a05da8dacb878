"""The settings of an installation whose pages can be made to break, for what a crash writes into the log."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

CRASH_HEADER = "X-Crash"


class CrashMiddleware:
    """Breaks where it is asked to, with what the request holds in its local variables."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if CRASH_HEADER in request.headers:
            body, headers = request.body, dict(request.headers)
            raise RuntimeError(f"crash on request, {len(body)} bytes, {len(headers)} headers")
        return self.get_response(request)


MIDDLEWARE = [*MIDDLEWARE, "tests.flows.crashing.CrashMiddleware"]
