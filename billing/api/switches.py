"""`BILLING_ENABLED=false`: billing routes answer 503, the rest works (S2.44)."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from billing.api.problems import problem_response

_SWITCHED = re.compile(r"/(?:api/(?:v1/)?)?billing(?:/|$)")
_ALWAYS = re.compile(r"/api/(?:v1/)?billing/(?:health|webhooks/stripe)/?")
"""Health and webhooks answer as always: what Stripe says meanwhile must not be lost."""


class BillingSwitchMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.BILLING_ENABLED and _is_switched(request.path):
            detail = "Billing is switched off on this installation; try again later."
            return problem_response(request, "billing_disabled", detail, 503)
        return self.get_response(request)


def _is_switched(path: str) -> bool:
    return bool(_SWITCHED.match(path)) and not _ALWAYS.fullmatch(path)
