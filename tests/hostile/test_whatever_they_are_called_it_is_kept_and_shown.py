"""A name goes through the API into the row, to Stripe and back, and onto every page, as it was written; or it is
refused as no name at all. It never becomes markup, a template or a line of its own (S06)."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey, Organization, User
from tests.admin.addresses import list_of, page_of
from tests.admin.forced import forced_logins_are_confirmed
from tests.admin.scene import organization_with_everything, superuser
from tests.api.calls import Api
from tests.factories import OrganizationFactory, api_key
from tests.hostile.words import NAMES, NO_NAMES
from tests.stripe_events import deliver

MARKUP = re.compile(r"<(?:script>alert|svg/onload|img src=x|iframe|style>\*|a href=.java)|49\b.{0,5}49", re.IGNORECASE)


@pytest.fixture(autouse=True)
def cheap(settings: Any, tmp_path: Any) -> None:
    settings.RATE_LIMIT_ENABLED = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = str(tmp_path)


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    with forced_logins_are_confirmed():
        client.force_login(superuser())
    return client


def test_the_markup_is_found() -> None:
    assert sum(bool(MARKUP.search(name)) for name in NAMES) >= 7
    assert not any(MARKUP.search(escape(name)) for name in NAMES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_called_that(name: str) -> None:
    caller = Api(api_key(OrganizationFactory(), *OF_AN_ORGANIZATION))
    made = caller.post("api-keys", {"name": name, "scopes": ["billing:read"]})
    assert made.status_code == 201, made.content
    assert made.json()["name"] == name
    assert ApiKey.objects.get(public_id=made.json()["id"]).name == name
    assert name in [each["name"] for each in caller.get("api-keys").json()["data"]]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NO_NAMES, ids=["nul", "nul inside", "too long", "too many emoji", "space", "empty"])
def test_nobody_is_called_that(name: str) -> None:
    caller = Api(api_key(OrganizationFactory(), *OF_AN_ORGANIZATION))
    assert caller.post("api-keys", {"name": name, "scopes": ["billing:read"]}).status_code == 400
    staff = Api(api_key(None, *Scope))
    assert staff.post("organizations", {"name": name, "email": "a@example.com"}).status_code == 400
    assert not Organization.objects.filter(email="a@example.com").exists()


def test_a_company_is_called_that_at_stripe_too(committing: str, sandbox: str) -> None:
    staff = Api(api_key(None, *Scope))
    for number, name in enumerate(NAMES):
        answer = staff.post("organizations", {"name": name, "email": f"a{number}@example.com"})
        assert answer.status_code == 201, answer.content
        assert answer.json()["name"] == name
    deliver(sandbox)
    kept = Organization.objects.filter(email__endswith="@example.com").order_by("pk").values_list("name", flat=True)
    assert list(kept) == list(NAMES)


def test_pages_print_it(admin: Client) -> None:
    rows = {name: organization_with_everything(name).organization for name in NAMES}
    for name, row in rows.items():
        for page in (page_of(row), list_of(Organization, "?q=" + row.public_id)):
            answer = admin.get(page, follow=True)
            body = answer.content.decode()
            assert answer.status_code == 200, name
            assert escape(name) in body, name
            assert not MARKUP.search(body), name
    lists = [admin.get(list_of(Organization)).content.decode(), admin.get("/admin/").content.decode()]
    assert not any(MARKUP.search(body) for body in lists)


def test_a_member_of_staff_is_called_that(admin: Client) -> None:
    for number, name in enumerate(NAMES):
        form = {
            "email": f"s{number}@example.com",
            "name": name,
            "password1": "Correct-Horse-9",
            "password2": "Correct-Horse-9",
        }
        answer = admin.post("/admin/billing/user/add/", form)
        row = User.objects.filter(email=form["email"]).first()
        assert (answer.status_code == 302) == (row is not None), name
        if row is None:
            continue
        assert row.name == name
        body = admin.get(page_of(row)).content.decode()
        assert escape(name) in body, name
        assert not MARKUP.search(body), name
    assert User.objects.filter(email__startswith="s").count() >= len(NAMES) - 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_stays_one_json_document_of_one_line(name: str) -> None:
    organization = OrganizationFactory(name=name)
    answer = Api(api_key(organization, *OF_AN_ORGANIZATION)).get("organization")
    assert json.loads(answer.content)["name"] == name
    assert len(answer.content.splitlines()) == 1
    assert answer["X-Content-Type-Options"] == "nosniff"
