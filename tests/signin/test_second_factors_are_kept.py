"""Adding, looking at and removing: each change stands in the log, in the transaction of the change."""

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from audit.models import AuditEntry
from billing.models import User
from billing.signin import trail
from tests.signin.people import (
    ACCOUNT,
    add_app,
    browser,
    code_of,
    enter_password,
    member_of_staff,
    recovery_codes,
    secret_shown,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return member_of_staff()


@pytest.fixture
def client(user: User) -> Client:
    client = browser()
    enter_password(client, user)
    return client


def told(action: str) -> list[dict[str, Any]]:
    return [entry.after for entry in AuditEntry.objects.filter(action=f"staff.{action}").order_by("id")]


def question(page: Any) -> dict[str, Any]:
    found = re.search(r'data-question="([^"]*)"', page.content.decode())
    assert found
    asked: dict[str, Any] = json.loads(found.group(1).replace("&quot;", '"'))
    return asked


def test_an_app_is_added(client: Client, user: User):
    add_app(client)
    assert told("second_factor_added") == [{"kind": "authenticator app"}]
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert "last used" in client.get(ACCOUNT).content.decode()


def test_only_with_a_code_that_the_app_shows(client: Client):
    secret_shown(client.get("/admin/account/app/add/"))
    assert client.post("/admin/account/app/add/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_the_key_is_drawn_and_written(client: Client):
    body = client.get("/admin/account/app/add/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in body
    assert 'alt="The key as a QR code"' in body


def test_recovery_codes_are_shown_once(client: Client, user: User):
    add_app(client)
    codes = recovery_codes(user)
    first = client.get("/admin/account/recovery-codes/").content.decode()
    assert [code for code in codes if code not in first] == []
    again = client.get("/admin/account/recovery-codes/").content.decode()
    assert [code for code in codes if code in again] == []
    assert f"{len(codes)} codes are not used yet" in again


def test_new_recovery_codes_replace_the_old(client: Client, user: User):
    add_app(client)
    before = recovery_codes(user)
    assert f"The {len(before)} old ones" in client.get("/admin/account/recovery-codes/new/").content.decode()
    answer = client.post("/admin/account/recovery-codes/new/")
    assert answer.url == "/admin/account/recovery-codes/"
    assert not set(before) & set(recovery_codes(user))
    assert told("recovery_codes_made") == [{"kind": "recovery codes"}]


def test_removing_the_last_one_takes_the_codes_along(client: Client):
    add_app(client)
    assert "recovery codes go too" in client.get("/admin/account/app/remove/").content.decode()
    client.post("/admin/account/app/remove/")
    assert not Authenticator.objects.exists()
    assert told("second_factor_removed") == [{"kind": "authenticator app"}]


def test_nothing_changes_where_it_cannot_be_told(client: Client, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("the log is not to be had")

    secret = secret_shown(client.get("/admin/account/app/add/"))
    monkeypatch.setattr(trail, "tell", refuse)
    client.raise_request_exception = False
    assert client.post("/admin/account/app/add/", {"code": code_of(secret)}).status_code == 500
    assert not Authenticator.objects.exists()


def test_a_passkey_is_asked_for_this_site_and_person(client: Client, user: User):
    asked = question(client.get("/admin/account/passkeys/add/"))["publicKey"]
    assert asked["rp"]["id"] == "testserver"
    assert asked["user"]["name"] == user.email
    assert len(asked["challenge"]) >= 22
    again = question(client.get("/admin/account/passkeys/add/"))["publicKey"]
    assert asked["challenge"] != again["challenge"]


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "x", '{"id":"a","rawId":"a","type":"public-key"}'])
def test_a_made_up_passkey_is_not_added(client: Client, credential: str):
    client.get("/admin/account/passkeys/add/")
    assert client.post("/admin/account/passkeys/add/", {"credential": credential, "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_somebody_elses_passkey_is_not_removed(client: Client):
    other = Authenticator.objects.create(user=member_of_staff(), type="webauthn", data={"name": "Theirs"})
    assert client.get(f"/admin/account/passkeys/{other.pk}/remove/").status_code == 404
    assert client.post(f"/admin/account/passkeys/{other.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=other.pk).exists()


def test_ones_own_is_removed(client: Client, user: User):
    own = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key <b>"})
    page = client.get(f"/admin/account/passkeys/{own.pk}/remove/").content.decode()
    assert "Key &lt;b&gt;" in page
    assert client.post(f"/admin/account/passkeys/{own.pk}/remove/").url == ACCOUNT
    assert not Authenticator.objects.exists()
    assert told("second_factor_removed") == [{"kind": "passkey"}]


def test_the_list_says_what_there_is(client: Client, user: User):
    body = client.get(ACCOUNT).content.decode()
    assert "Add an authenticator app" in body
    assert "Recovery codes" not in body
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Yellow key"})
    body = client.get(ACCOUNT).content.decode()
    assert "Yellow key" in body
    assert "You have none" in body, "a passkey without recovery codes: said, not hidden"
