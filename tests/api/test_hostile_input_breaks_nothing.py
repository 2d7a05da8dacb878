"""Whatever a caller sends, the answer is below 500, and what is an error is a problem document."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from billing.api.health import HealthView
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from tests.api.calls import Api
from tests.factories import api_key

pytestmark = pytest.mark.django_db
TEXTS = ["%00", "%FF", "' OR 1=1 --", "../../etc/passwd", "ä€𝄞", "x" * 5000, "9" * 400, "-1", "NaN", "{}"]
BODIES = [
    "",
    "null",
    "[[[]]]",
    '{"plan_id": {"a": 1}}',
    '{"plan_id": ["x"], "quantity": 1e400}',
    '{"plan_id": "x", "quantity": 99999999999999999999}',
    '{"plan_id": "\\u0000", "interval": 1}',
    '{"plan_id": "\\ud800"}',
    '{"at": null, "reason": {"x": []}, "scopes": {"a": 1}, "expires_at": "0000-00-00T00:00:00Z"}',
    '{"name": "x", "scopes": ["billing:read"], "expires_at": "9999-12-31T23:59:59+14:00"}',
    '{"email": ["x"], "password": {"x": 1}, "time_zone": "\\u0000", "locale": 7}',
]
PARAMETERS = ["limit", "cursor", "status", "from", "to", "subscription"]


def routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and prefix.startswith("api/v1/"):
            view = getattr(pattern.callback, "cls", None)
            if view is not None and view.__module__.startswith("billing.") and not issubclass(view, HealthView):
                yield str(pattern.pattern).replace("<id:invoice_id>", "in_1").replace("<id:key_id>", "key_1")


ROUTES = sorted(set(routes()))


@pytest.fixture
def callers(organization):
    return [Api(), Api(api_key(organization, *OF_AN_ORGANIZATION)), Api(api_key(None, *Scope))]


def fine(answer):
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"]


def test_the_routes_are_found():
    assert "billing/subscription/preview" in ROUTES
    assert len(ROUTES) >= 20


@pytest.mark.parametrize("route", ROUTES)
def test_strange_bodies(callers, route, settings):
    settings.RATE_LIMIT_ENABLED = False
    for caller in callers:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for body in BODIES:
                fine(caller(method, route, body))


@pytest.mark.parametrize("route", ROUTES)
def test_strange_parameters_and_headers(callers, route):
    for caller in callers[1:]:
        for text in TEXTS:
            fine(caller.get(f"{route}?" + "&".join(f"{name}={text}" for name in PARAMETERS)))
        for name in PARAMETERS:
            fine(caller.get(f"{route}?{name}={TEXTS[4]}"))
        for header in ("X-Organization", "X-Request-ID", "Accept", "If-None-Match", "Idempotency-Key"):
            fine(caller("GET", route, None, **{header: "a, \x7f;q=x ä"}))


@pytest.mark.parametrize("path", ["billing/invoices/", "api-keys/", "billing/invoices/%2e%2e", "billing//invoices"])
def test_strange_addresses(callers, path):
    for caller in callers:
        fine(caller.get(path))
