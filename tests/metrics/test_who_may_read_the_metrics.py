import pytest
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from billing.models import ApiKey, Organization, User
from config.metrics import metrics

pytestmark = pytest.mark.django_db

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def bearer(**fields: object) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {ApiKey.issue(live=False, name='Prometheus', **fields).secret}"}


def read(**environment: str):
    return Client().get("/metrics", **environment)


def test_the_route_leads_to_the_guarded_view():
    assert resolve(reverse("metrics")).func is metrics


def test_the_machine_itself_may():
    for address in ("127.0.0.1", "::1"):
        answer = read(REMOTE_ADDR=address)
        assert answer.status_code == 200
        assert b"webhook_dead_letter_queue_size 0.0" in answer.content
        assert answer["Content-Type"].startswith("text/plain; version=")


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_behind_a_proxy_nobody_is_the_machine_itself(header):
    assert read(REMOTE_ADDR="127.0.0.1", **{header: "203.0.113.7"}).status_code == 401


def test_behind_a_proxy_that_adds_no_header_neither(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert read(REMOTE_ADDR="127.0.0.1").status_code == 401


@pytest.mark.parametrize("address", ["203.0.113.7", "", "not an address", "127.0.0.1.example"])
def test_others_may_not(address):
    answer = read(REMOTE_ADDR=address)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert b"webhook" not in answer.content


def test_a_key_of_the_installation_with_the_scope_may():
    assert read(**ELSEWHERE, **bearer(scopes=["metrics:read"])).status_code == 200


@pytest.mark.parametrize("scopes", [[], ["billing:read", "analytics:read"]])
def test_one_without_the_scope_may_not(scopes):
    assert read(**ELSEWHERE, **bearer(scopes=scopes)).status_code == 401


def test_a_customers_key_may_not_whatever_its_scopes():
    organization = Organization.objects.create(name="Customer", email="c@example.com")
    assert read(**ELSEWHERE, **bearer(scopes=["metrics:read"], organization=organization)).status_code == 401


def test_an_unknown_key_may_not():
    assert read(**ELSEWHERE, HTTP_AUTHORIZATION="Bearer ch_" + "test_unknown").status_code == 401


@pytest.mark.parametrize(("is_staff", "status"), [(True, 200), (False, 401)])
def test_staff_may_and_customers_may_not(is_staff, status):
    client = Client()
    client.force_login(User.objects.create_user("person@example.com", "x", is_staff=is_staff))
    assert client.get("/metrics", **ELSEWHERE).status_code == status


def test_it_is_only_read():
    assert Client().post("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 405
    assert Client().head("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200


def test_a_request_that_never_saw_the_middleware_is_refused_not_broken():
    request = RequestFactory().get("/metrics", **ELSEWHERE)
    request.user = User(is_staff=True, is_active=False)
    assert metrics(request).status_code == 401
