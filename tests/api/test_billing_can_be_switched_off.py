"""`BILLING_ENABLED=false`: billing answers 503; health, webhooks and the rest answer as always."""

import pytest

from tests.api.calls import Api, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _off(settings):
    settings.BILLING_ENABLED = False


@pytest.mark.parametrize("prefix", ["/api/v1/", "/api/"])
@pytest.mark.parametrize("path", ["billing/subscription", "billing/invoices", "billing", "billing/nothing"])
def test_billing_is_off(api, prefix, path):
    problem(Api(prefix=prefix, **api.headers).get(path), 503, "billing_disabled")


def test_its_pages_are_off():
    answer = Api(prefix="/").get("billing/invoices")
    assert answer.status_code == 503


def test_the_rest_answers(api):
    for path in ("organization", "memberships", "meta/plans", "auth/me"):
        assert api.get(path).status_code == 200
    assert Api().get("meta/features").json()["billingEnabled"] is False


@pytest.mark.parametrize("path", ["webhooks/stripe", "billing/webhooks/stripe", "billing/webhooks/stripe/"])
def test_webhooks_are_taken(path):
    assert Api(prefix="/api/").post(path).json()["code"] == "bad_signature"


def test_what_begins_alike_is_not_billing():
    problem(Api(prefix="/api/").get("billings"), 404, "route_not_found")
