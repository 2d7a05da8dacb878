"""Three addresses, with and without a slash: Stripe does not follow redirects."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from billing.models import WebhookEvent
from tests.inbox.webhooks import deliver_signed, encoded, event, signed

pytestmark = pytest.mark.django_db
PATHS = ["/api/webhooks/stripe", "/api/billing/webhooks/stripe", "/api/v1/webhooks/stripe"]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("path", PATHS)
def test_the_same_answer_everywhere(path: str, slash: str) -> None:
    answer = deliver_signed(encoded(event()), url=path + slash)
    assert (answer.status_code, json.loads(answer.content)) == (200, {"received": True, "new": True})


@pytest.mark.parametrize("method", ["get", "put", "delete", "head", "options"])
@pytest.mark.parametrize("path", PATHS)
def test_only_by_post(path: str, method: str) -> None:
    assert getattr(Client(), method)(path).status_code == 405


def test_a_duplicate_is_welcome_and_counts_once() -> None:
    body = encoded(event())
    assert [deliver_signed(body, url=path).status_code for path in PATHS] == [200, 200, 200]
    assert json.loads(deliver_signed(body).content) == {"received": True, "new": False}
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize("switch", [{"BILLING_ENABLED": False}, {"PAYMENT_MAINTENANCE": True}])
def test_the_switches_do_not_close_it(switch: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in switch.items():
        monkeypatch.setattr(settings, name, value)
    assert deliver_signed(encoded(event())).status_code == 200


def test_no_cross_site_token_and_no_https_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    body = encoded(event())
    strict = Client(enforce_csrf_checks=True)
    headers = {"Stripe-Signature": signed(body)}
    assert strict.post(PATHS[2], body, content_type="application/json", headers=headers).status_code == 200
