"""One view under each address: both prefixes, the webhook's spellings, and never a redirect."""

import pytest
from django.urls import resolve, reverse

from billing.inbox.views import stripe_webhook
from tests.api.calls import Api

ROUTES = ["health", "billing/health", "billing/invoices", "billing/subscription/preview", "meta/plans", "auth/login"]
WEBHOOKS = ["webhooks/stripe", "billing/webhooks/stripe", "v1/webhooks/stripe", "v1/billing/webhooks/stripe"]


@pytest.mark.parametrize("route", ROUTES)
def test_both_prefixes_are_one_view(route):
    assert resolve(f"/api/{route}").func is resolve(f"/api/v1/{route}").func


def test_the_canonical_spelling_is_the_one_that_is_given():
    assert reverse("api-schema") == "/api/v1/schema"


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("route", WEBHOOKS)
def test_webhooks_are_one_handler_and_never_redirect(route, slash):
    assert resolve(f"/api/{route}{slash}").func is stripe_webhook
    answer = Api(prefix="/api/").post(route + slash)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_metrics_are_there(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"django_http_requests_total" in answer.content


@pytest.mark.django_db
def test_a_person_without_the_role_is_told_so(client):
    answer = client.get("/unauthorized")
    assert answer.status_code == 403
    assert b"You may not see this page" in answer.content
