"""RFC 9457 wherever the error comes from: a view, the framework, a middleware, no view at all, a crash."""

import pytest
from django.test import override_settings

from billing.api.meta import FeaturesView
from tests.api.calls import Api, problem

pytestmark = pytest.mark.django_db


def test_an_unknown_route():
    for path in ("/api/v1/nothing", "/api/nothing", "/api/", "/api", "/api/v1/billing/nothing"):
        problem(Api(prefix="").get(path), 404, "route_not_found")


def test_an_unknown_route_with_debug_on():
    with override_settings(DEBUG=True):
        problem(Api().get("nothing"), 404, "route_not_found")


def test_a_method_that_the_route_does_not_know(api):
    problem(api.delete("billing/invoices"), 405, "method_not_allowed")
    problem(api("OPTIONS", "billing/invoices"), 405, "method_not_allowed")


def test_malformed_json(api):
    for body in ("{", '{"a": NaN}', b"\xff", "[" * 100_000):
        problem(api.post("billing/subscriptions", body), 400, "malformed_json")


def test_another_media_type(api):
    answer = api.client.post(
        "/api/v1/billing/subscriptions", "plan_id=x", content_type="text/plain", headers=api.headers
    )
    problem(answer, 415, "unsupported_media_type")


def test_an_answer_that_nobody_here_can_write(api):
    problem(api.get("billing/invoices", Accept="application/pdf"), 406, "not_acceptable")


def test_values_that_do_not_fit_are_named(api):
    document = problem(api.post("billing/subscriptions", {"quantity": 0}), 400, "validation_error")
    assert {error["field"]: error["code"] for error in document["errors"]} == {
        "plan_id": "required",
        "quantity": "min_value",
    }


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_a_body_that_is_no_object(api, body):
    problem(api.post("billing/subscriptions", body), 400, "validation_error")


def test_a_body_that_is_too_large(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = '{"plan_id": "' + "x" * 2000 + '"}'
    problem(api.post("billing/subscriptions", body), 413, "too_large")
    problem(api.post("billing/subscriptions", body, Idempotency_Key="large"), 413, "too_large")


def test_a_crash(monkeypatch, caplog):
    def crash(*_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(FeaturesView, "get", crash)
    document = problem(Api().get("meta/features"), 500, "server_error")
    assert "secret" not in str(document)


def test_an_address_of_another_host():
    answer = Api().get("health", Host="evil.example")
    problem(answer, 400, "bad_request")


def test_a_null_character_reaches_no_query(api):
    problem(api.get("billing/invoices/in%00x"), 404, "route_not_found")
    problem(api.get("billing/subscription?subscription=a%00"), 400, "invalid_id")
    problem(api.post("auth/login", {"email": "a\x00@example.com", "password": "x"}), 400, "validation_error")


def test_other_pages_keep_their_own_errors(client):
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
