"""A program reads problem documents, a person reads a page; neither may be given the other's, or a traceback."""

import json

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from audit.context import acting
from config import errors, pages
from tests.factories import UserFactory

PROBLEMS = [
    (errors.not_found, 404, "route_not_found", "There is nothing at this address."),
    (errors.bad_request, 400, "bad_request", "The request is malformed."),
    (errors.permission_denied, 403, "permission_denied", "This is not allowed."),
    (errors.server_error, 500, "server_error", "Something broke on our side; the request id finds it in the logs."),
]
NAMES = ["404", "400", "403", "500"]


def answer(handler, path: str):
    request: HttpRequest = RequestFactory().get(path)
    arguments = () if handler is errors.server_error else (Exception("secret canary"),)
    with acting(request_id="req_abcdefgh"):
        return handler(request, *arguments)


@pytest.mark.parametrize(("handler", "status", "code", "detail"), PROBLEMS, ids=NAMES)
@pytest.mark.parametrize("path", ["/api/", "/api/v1/x", "/api/anything/at/all", "/api/v1/ünï"])
def test_below_api_it_is_a_problem_document(handler, status: int, code: str, detail: str, path: str):
    found = answer(handler, path)
    assert found.status_code == status
    assert found["Content-Type"] == "application/problem+json"
    document = json.loads(found.content)
    assert document == {
        "type": f"urn:countinghouse:problem:{code}",
        "title": {404: "Not Found", 400: "Bad Request", 403: "Forbidden", 500: "Internal Server Error"}[status],
        "status": status,
        "detail": detail,
        "code": code,
        "instance": path,
        "request_id": "req_abcdefgh",
    }


@pytest.mark.parametrize(("handler", "status"), [row[:2] for row in PROBLEMS], ids=NAMES)
@pytest.mark.parametrize("path", ["/", "/admin/x", "/apix", "/metrics", "/static/api/x", "/API/v1"])
def test_elsewhere_it_is_a_page(handler, status: int, path: str):
    found = answer(handler, path)
    assert found.status_code == status
    assert found["Content-Type"].startswith("text/html")
    assert b"urn:countinghouse" not in found.content


@pytest.mark.parametrize(("handler", "status"), [row[:2] for row in PROBLEMS], ids=NAMES)
@pytest.mark.parametrize("path", ["/api/v1/x", "/"])
def test_no_exception_is_shown(handler, status: int, path: str):
    assert b"canary" not in answer(handler, path).content


@pytest.mark.parametrize("path", ["/api/v1/<script>", '/api/"quoted"', "/api/\\back"])
def test_a_hostile_address_is_data_in_the_document(path: str):
    document = json.loads(answer(errors.not_found, path).content)
    assert document["code"] == "route_not_found"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_unknown_route_is_the_same_by_every_method(method: str):
    found = getattr(Client(), method)("/api/v1/nothing")
    assert (found.status_code, found.json()["code"]) == (404, "route_not_found")


@pytest.mark.django_db
class TestUnauthorized:
    def test_a_signed_in_person_is_told_as_whom_and_what_to_do(self):
        client, user = Client(), UserFactory(email="clerk@example.com")
        client.force_login(user)
        found = client.get("/unauthorized")
        assert found.status_code == 403
        text = " ".join(found.content.decode().split())
        assert "You are signed in as clerk@example.com" in text
        assert "Ask an administrator for it, or sign in as somebody else." in text

    def test_nobody_is_told_to_sign_in(self):
        found = Client().get("/unauthorized")
        assert found.status_code == 403
        assert b"Sign in with an account that has the role" in found.content
        assert b'href="/admin/login/"' in found.content

    def test_a_name_is_escaped(self):
        request = RequestFactory().get("/unauthorized")
        request.user = UserFactory(email="<script>x</script>@example.com")
        assert b"<script>" not in pages.unauthorized(request).content

    def test_it_writes_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            Client().get("/unauthorized")
