"""Whoever reads the log after an attack sees each refusal once: its code, who asked, for whom, and what."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from billing.api.meta import FeaturesView
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import Membership, Organization
from tests.admin.scene import superuser
from tests.api.calls import Api
from tests.config.capturing import Lines, written
from tests.factories import InvoiceFactory, OrganizationFactory, UserFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Iterator[Lines]:
    with written() as lines:
        yield lines


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


def the_line(log: Lines) -> dict[str, Any]:
    """The only one."""
    (line,) = log.text.splitlines()
    (found,) = log.named("request_finished")
    assert line
    return found


def test_of_a_key(log, organization):
    answer = Api(api_key(organization, *OF_AN_ORGANIZATION)).get("billing/invoices?status=paid")
    line = the_line(log)
    assert line["request"] == "GET /api/v1/billing/invoices"
    assert (line["code"], line["level"]) == (200, "info")
    assert line["actor"].startswith("api_key:")
    assert line["organization_id"] == organization.pk
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["route"] == "api/v1/billing/invoices"
    assert line["ip"] == "127.0.0.1"
    assert "problem" not in line


def test_of_staff_for_an_organization(log, organization):
    key = api_key(None, *Scope)
    Api(key, **{"X-Organization": organization.public_id}).get("billing/invoices")
    assert the_line(log)["organization_id"] == organization.pk


def test_of_a_member(log, organization):
    user = UserFactory()
    Membership.objects.create(organization=organization, user=user, role="viewer")
    client = Client()
    client.force_login(user)
    client.get("/api/v1/billing/invoices")
    line = the_line(log)
    assert (line["actor"], line["organization_id"]) == (f"user:{user.pk}", organization.pk)


def test_of_staff_in_the_admin(log):
    client, user = Client(), superuser()
    client.force_login(user)
    client.get("/admin/")
    assert the_line(log)["actor"] == f"staff:{user.pk}"


class TestARefusal:
    def refused(self, log: Lines, status: int, problem: str) -> dict[str, Any]:
        line = the_line(log)
        assert (line["code"], line["problem"], line["level"]) == (status, problem, "warning")
        assert line["request_id"]
        return line

    def test_for_want_of_a_key(self, log):
        Api().get("billing/invoices")
        line = self.refused(log, 401, "authentication_required")
        assert line["actor"] == "system:system"
        assert line["route"] == "api/v1/billing/invoices"

    def test_of_a_wrong_key(self, log):
        Api("ch_test_canary").get("billing/invoices")
        self.refused(log, 401, "invalid_api_key")
        assert "canary" not in log.text

    def test_for_want_of_a_scope(self, log, organization):
        Api(api_key(organization, "usage:read")).post("billing/subscriptions", {})
        line = self.refused(log, 403, "missing_scope")
        assert line["actor"].startswith("api_key:")
        assert line["organization_id"] == organization.pk

    def test_of_what_is_anothers(self, log, organization):
        other = InvoiceFactory(organization=OrganizationFactory())
        Api(api_key(organization, "billing:read")).get(f"billing/invoices/{other.stripe_id}")
        line = self.refused(log, 404, "not_found")
        assert line["organization_id"] == organization.pk
        assert line["request"] == f"GET /api/v1/billing/invoices/{other.stripe_id}"
        assert line["route"] == "api/v1/billing/invoices/<id:invoice_id>"

    def test_of_another_organization(self, log, organization):
        key = api_key(organization, "billing:read")
        Api(key, **{"X-Organization": OrganizationFactory().public_id}).get("billing/invoices")
        assert self.refused(log, 404, "organization_not_found")["organization_id"] == organization.pk

    def test_of_too_many(self, log, organization, settings):
        settings.RATE_LIMIT_REQUESTS = 1
        caller = Api(api_key(organization, "billing:read"))
        caller.get("billing/invoices")
        log.stream.truncate(0), log.stream.seek(0)
        caller.get("billing/invoices")
        line = self.refused(log, 429, "rate_limited")
        assert (line["actor"][:8], line["organization_id"]) == ("api_key:", organization.pk)

    def test_of_a_page(self, log):
        client, user = Client(), UserFactory(is_staff=True)
        client.force_login(user)
        client.get("/admin/billing/invoice/")
        line = the_line(log)
        assert (line["code"], line["actor"]) == (403, f"staff:{user.pk}")

    def test_of_a_form_without_its_token(self, log):
        Client(enforce_csrf_checks=True).post("/admin/login/?next=/Jane%20Canary", {})
        (line,) = log.named("request_finished")
        assert line["code"] == 403
        assert "Canary" not in log.text

    def test_outside_any_view(self, log, settings):
        settings.BILLING_ENABLED = False
        Api().get("billing/invoices")
        line = the_line(log)
        assert (line["code"], line["problem"]) == (503, "billing_disabled")


class TestACrash:
    def test_is_told_with_its_traceback(self, log, monkeypatch):
        def crash(*_: object) -> None:
            raise ZeroDivisionError("it broke")

        monkeypatch.setattr(FeaturesView, "get", crash)
        assert Api().get("meta/features").status_code == 500
        (line,) = log.named("request_failed")
        assert len(log.text.splitlines()) == 1
        assert "ZeroDivisionError: it broke" in line["exception"]
        assert (line["level"], line["request"]) == ("error", "GET /api/v1/meta/features")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/v1/billing/invoices/in_1", "/api/v1/billing/invoices/in_1"),
        ("/api/v1/billing/invoices/Jane%20Canary", "/api/v1/billing/invoices/*"),
        ("/admin/billing/invoice/7/change/", "/admin/billing/invoice/7/change/"),
        ("/Canary", "/*"),
        ("/Canary/7?s=Canary", "/*/7"),
        ("/admin/search/?s=Jane+Canary", "/admin/search/"),
        ("/api/v1/billing/invoices/" + "a1" * 40, "/api/v1/billing/invoices/*"),
        ("/", "/"),
    ],
)
def test_an_address_is_written_without_what_a_person_typed(log, path, shown):
    Client().get(path)
    (line,) = log.named("request_finished")
    assert line["request"] == f"GET {shown}"
    assert "Canary" not in log.text
