"""`GET /metrics` for Prometheus: the counters of all processes of this machine, and the state of the tables.

Read by staff who are signed in, by a key of the installation with the scope `metrics:read`, and from the machine
itself. Behind a proxy everybody seems to come from the machine itself, so that then no longer counts.
"""

import os
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from billing.api.authentication import ApiKeyAuthentication
from billing.metrics import BillingState
from billing.signin.factors import must_set_up_second_factor

SCOPE = "metrics:read"
FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_is_staff(request) or _is_local(request) or _has_key(request)):
        text = f"Sign in as staff, or use a key of the installation with the scope {SCOPE}.\n"
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse(text, status=HTTPStatus.UNAUTHORIZED, headers=headers, content_type="text/plain")
    state = CollectorRegistry(auto_describe=False)
    state.register(BillingState(timezone.now()))
    return HttpResponse(generate_latest(_processes()) + generate_latest(state), content_type=CONTENT_TYPE_LATEST)


def _processes() -> CollectorRegistry:
    """This process alone, or all that write to the folder PROMETHEUS_MULTIPROC_DIR (prometheus_client reads it)."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _is_staff(request: HttpRequest) -> bool:
    user = request.user
    staff = user.is_authenticated and user.is_active and user.is_staff
    return staff and not must_set_up_second_factor(user)


def _is_local(request: HttpRequest) -> bool:
    if settings.SECURE_PROXY_SSL_HEADER or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_key(request: HttpRequest) -> bool:
    try:
        found = ApiKeyAuthentication().authenticate(Request(request))
    except AuthenticationFailed:
        return False
    return found is not None and found[1].organization_id is None and SCOPE in found[1].scopes
