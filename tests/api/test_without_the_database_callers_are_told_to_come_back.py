"""The database restarts, is full, or is too busy: 503 with the time to come back, and nothing of what broke."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from billing.api.meta import FeaturesView
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.limits import limiter
from tests.api.calls import Api, problem
from tests.environment import server
from tests.factories import OrganizationFactory, UserFactory, api_key


@pytest.fixture
def away(committing: str) -> Any:
    """The database of a caller who was known a moment ago is gone for everybody."""
    key = api_key(OrganizationFactory(), *OF_AN_ORGANIZATION)
    person = Client(raise_request_exception=False)
    person.force_login(UserFactory(is_staff=True))
    connection.close()
    port = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = 9
    yield Api(key), person
    connection.close()
    connection.settings_dict["PORT"] = port
    assert server


def told(answer: Any) -> None:
    document = problem(answer, 503, "database_unavailable")
    assert document["detail"] == "The database does not answer; try again."
    assert answer["Retry-After"] == "30"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_key(away, method):
    caller, _ = away
    told(caller(method, "billing/subscription"))
    told(caller(method, "billing/subscription", None, Idempotency_Key="k"))


def test_a_person_in_a_browser(away):
    _, person = away
    told(person.get("/api/v1/billing/invoices"))
    page = person.get("/admin/")
    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    body = page.content.decode()
    assert "This is not available at the moment" in body
    assert not [word for word in ("Traceback", "psycopg", "port 9", "127.0.0.1") if word in body]


def test_who_signs_in(away):
    told(Api().post("auth/login", {"email": "a@example.com", "password": "x"}))


def test_what_needs_no_database_is_answered_and_counted_as_unlimited(away):
    before = limiter.unlimited_requests._value.get()
    assert Api().get("meta/features").status_code == 200
    assert limiter.unlimited_requests._value.get() - before == 1


def test_stripe_is_told_to_send_it_again(away):
    from tests.inbox.webhooks import deliver_signed, encoded, event

    assert deliver_signed(encoded(event())).status_code == 503


def test_health_says_which(away):
    answer = Api().get("health")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["healthy"] is False
    assert "port" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("too many connections"), InterfaceError("connection is closed")])
def test_whichever_way_it_fails(monkeypatch, error):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(FeaturesView, "get", fail)
    answer = Api().get("meta/features")
    told(answer)
    assert str(error) not in answer.content.decode()


@pytest.mark.django_db
def test_a_statement_that_took_too_long_is_the_same(monkeypatch):
    def wait(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 10")
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(FeaturesView, "get", wait)
    told(Api().get("meta/features"))
