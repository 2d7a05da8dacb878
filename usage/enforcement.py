"""Quota headers on metered endpoints."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.context import tenant
from usage.quotas import is_over

QUOTA_WARNING = "X-Quota-Warning"


class PlanEnforcementMiddleware:
    """Tells the callers of metered endpoints that their organization is over its plan's limit, with this call
    counted: `X-Quota-Warning: true`. A metered endpoint is an API view with a `meter_code`. Nothing is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        metered = _metered(response)
        if metered is not None and _is_over(*metered):
            response[QUOTA_WARNING] = "true"
        return response


def _metered(response: HttpResponse) -> tuple[int, str] | None:
    """The organization and the meter that the view behind the answer counted; None for all other answers."""
    view: Any = getattr(response, "renderer_context", {}).get("view")
    code: str = getattr(view, "meter_code", "")
    if not code or response.status_code >= 400:
        return None
    return view.organization.pk, code


def _is_over(organization_id: int, meter_code: str) -> bool:
    with tenant(organization_id):
        return is_over(organization_id, meter_code, timezone.now())
