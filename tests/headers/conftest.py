"""An installation as in production, asked over https, and one answer of every kind that it gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from billing.admin import site
from billing.api.meta import FeaturesView
from billing.domain.scopes import Scope
from tests.admin.scene import superuser
from tests.factories import OrganizationFactory, api_key

Ask = Callable[[], HttpResponse]


@pytest.fixture
def production(settings: Any, tmp_path: Path) -> None:
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = str(tmp_path)
    (tmp_path / "sheet.css").write_text("p {}")


def crash(*_: object, **__: object) -> None:
    raise ZeroDivisionError("canary of the inside")


@pytest.fixture
def answers(db: None, production: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Ask]:
    """Ways to get each kind of answer, by name."""
    anybody, staff = Client(raise_request_exception=False), Client(raise_request_exception=False)
    staff.force_login(superuser())
    picky = Client(raise_request_exception=False, enforce_csrf_checks=True)
    key = {"Authorization": f"Bearer {api_key(OrganizationFactory(), *set(Scope) - {Scope.METRICS_READ})}"}

    def get(path: str, client: Client = anybody, **options: Any) -> Ask:
        return lambda: client.get(path, **{"secure": True, **options})

    def post(path: str, **options: Any) -> Ask:
        return lambda: anybody.post(path, b"{}", "application/json", **{"secure": True, **options})

    def read(ask: Ask) -> Ask:
        def asked() -> HttpResponse:
            answer = ask()
            assert b"".join(answer) == b"p {}"
            for close in answer._resource_closers:  # `close` would end the database's connection too
                close()
            return answer

        return asked

    def broken(ask: Ask) -> Ask:
        def asked() -> HttpResponse:
            with monkeypatch.context() as patch:
                patch.setattr(site, "home", crash)
                patch.setattr(FeaturesView, "get", crash)
                return ask()

        return asked

    return {
        "admin page": get("/admin/", staff),
        "admin list": get("/admin/billing/invoice/", staff),
        "login page": get("/admin/login/"),
        "redirect to sign in": get("/admin/"),
        "redirect to https": get("/admin/login/", secure=False),
        "form without its token": lambda: picky.post("/admin/login/", {}, secure=True),
        "unauthorized page": get("/unauthorized"),
        "404 page": get("/nothing"),
        "404 page of the admin": get("/admin/nothing/", staff),
        "500 page": broken(get("/admin/", staff)),
        "400 page": get("/nothing", headers={"Host": "evil.example"}),
        "400 page before https": get("/nothing", secure=False, headers={"Host": "evil.example"}),
        "static file": read(get("/static/sheet.css")),
        "API answer": get("/api/v1/billing/invoices", headers=key),
        "API answer to a write": lambda: anybody.post(
            "/api/v1/api-keys", {}, "application/json", secure=True, headers=key
        ),
        "API answer under an alias": get("/api/organization", headers=key),
        "API catalog": get("/api/v1/meta/plans"),
        "API schema": get("/api/v1/schema"),
        "API docs": get("/api/v1/docs"),
        "API health": get("/api/v1/health"),
        "API 401": get("/api/v1/billing/invoices"),
        "API 403": get("/api/v1/analytics/mrr", headers=key),
        "API 404": get("/api/v1/nothing"),
        "API 405": lambda: anybody.delete("/api/v1/meta/plans", secure=True),
        "API 400": get("/api/v1/meta/features", headers={"Host": "evil.example"}),
        "API 500": broken(get("/api/v1/meta/features")),
        "webhook refused": post("/api/v1/webhooks/stripe"),
        "webhook by GET": get("/api/v1/webhooks/stripe"),
        "metrics": get("/metrics"),
        "metrics refused": get("/metrics", REMOTE_ADDR="192.0.2.1"),
    }


@pytest.fixture
def expected_status() -> dict[str, int]:
    return {
        "redirect to sign in": 302,
        "redirect to https": 301,
        "form without its token": 403,
        "unauthorized page": 403,
        "404 page": 404,
        "404 page of the admin": 404,
        "500 page": 500,
        "400 page": 400,
        "400 page before https": 400,
        "API answer to a write": 400,
        "API 401": 401,
        "API 403": 403,
        "API 404": 404,
        "API 405": 405,
        "API 400": 400,
        "API 500": 500,
        "webhook refused": 400,
        "webhook by GET": 405,
        "metrics refused": 401,
    }
