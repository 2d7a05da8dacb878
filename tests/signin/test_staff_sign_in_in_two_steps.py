"""Password first, then the second factor; with the password alone nobody gets in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings

from audit.models import AuditEntry
from billing.models import User
from tests.signin.people import (
    ACCOUNT,
    SECOND,
    add_app,
    browser,
    code_of,
    enter_password,
    is_in,
    member_of_staff,
    recovery_codes,
    sign_in,
    with_app,
)

pytestmark = pytest.mark.django_db


def test_whoever_has_none_is_led_to_set_one_up():
    client, user = browser(), member_of_staff()
    answer = enter_password(client, user)
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert client.get("/admin/").url == ACCOUNT
    page = client.get(ACCOUNT).content.decode()
    assert "asks staff for a second factor" in page
    assert 'aria-label="Main"' not in page, "no menu: nothing of it would open"
    add_app(client)
    assert is_in(client)


def test_with_one_the_password_is_half_the_way():
    user, secret = with_app()
    client = browser()
    answer = enter_password(client, user)
    assert (answer.status_code, answer.url) == (302, SECOND)
    assert not is_in(client)
    answer = client.post(SECOND, {"code": code_of(secret)})
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert is_in(client)


def test_a_wrong_code_leads_nowhere():
    user, secret = with_app()
    client = browser()
    enter_password(client, user)
    answer = client.post(SECOND, {"code": code_of(secret, steps=50)})
    assert answer.status_code == 200
    assert "wrong, or was used" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("code", ["", " ", "１２３４５６", "\0", "9" * 32, "0x12", "-1"])
def test_what_is_no_code_is_refused(code: str):
    user, _ = with_app()
    client = browser()
    enter_password(client, user)
    assert client.post(SECOND, {"code": code}).status_code == 200
    assert not is_in(client)


def test_the_second_page_alone_is_nothing():
    _, secret = with_app()
    client = browser()
    assert client.get(SECOND).url == "/admin/login/"
    assert client.post(SECOND, {"code": code_of(secret)}).url == "/admin/login/"
    assert not is_in(client)


def test_who_waits_too_long_in_between_begins_again():
    user, secret = with_app()
    client = browser()
    enter_password(client, user)
    with time_machine.travel(_later(settings.ACCOUNT_LOGIN_TIMEOUT + 1)):
        assert client.post(SECOND, {"code": code_of(secret)}).url == "/admin/login/"
        assert not is_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"password": "!"}])
def test_who_lost_access_in_between_is_not_let_in(change: dict[str, Any]):
    user, secret = with_app()
    client = browser()
    enter_password(client, user)
    User.objects.filter(pk=user.pk).update(**change)
    assert client.post(SECOND, {"code": code_of(secret)}).url == "/admin/login/"
    User.objects.filter(pk=user.pk).update(is_active=True, is_staff=True, password=user.password)
    assert not is_in(client)


def test_a_recovery_code_stands_in_once():
    user, _ = with_app()
    code, *others = recovery_codes(user)
    client = browser()
    enter_password(client, user)
    client.post(SECOND, {"code": code})
    assert is_in(client)
    again = browser()
    enter_password(again, user)
    assert again.post(SECOND, {"code": code}).status_code == 200
    assert not is_in(again)
    again.post(SECOND, {"code": others[0]})
    assert is_in(again)
    assert len(recovery_codes(user)) == len(others) - 1


def test_members_of_organizations_are_no_staff():
    user = member_of_staff()
    User.objects.filter(pk=user.pk).update(is_staff=False, is_superuser=False)
    client = browser()
    assert enter_password(client, user).status_code == 200
    assert client.get(ACCOUNT).status_code == 302


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(wanted: str):
    user, secret = with_app()
    client = browser()
    enter_password(client, user, next=wanted)
    assert client.post(SECOND, {"code": code_of(secret)}).url == "/admin/"


def test_it_leads_to_the_page_that_was_wanted():
    user, secret = with_app()
    client = browser()
    wanted = "/admin/billing/organization/?view=all"
    enter_password(client, user, next=wanted)
    assert client.post(SECOND, {"code": code_of(secret)}).url == wanted


def test_the_session_gets_a_new_key():
    user, secret = with_app()
    client = browser()
    client.get("/admin/login/")
    enter_password(client, user)
    before = client.cookies["sessionid"].value
    client.post(SECOND, {"code": code_of(secret)})
    assert client.cookies["sessionid"].value != before


def test_the_log_says_who_and_how_and_no_more():
    user, secret = with_app()
    client = browser()
    sign_in(client, user, secret)
    entry = AuditEntry.objects.filter(action="staff.signed_in").latest("id")
    assert (entry.actor_kind, entry.actor_id, entry.target_id) == ("staff", str(user.pk), str(user.pk))
    assert entry.after == {"by": "password and totp"}
    stored = str([*AuditEntry.objects.values(), *client.session.items()])
    assert user.email not in stored
    assert secret not in stored


def test_the_secrets_are_sealed_for_their_person_alone():
    user, secret = with_app()
    other, _ = with_app()
    app = Authenticator.objects.get(user=user, type="totp")
    assert secret not in str(app.data)
    assert app.data["secret"].startswith("v1.")
    seed = Authenticator.objects.get(user=user, type="recovery_codes").data["seed"]
    assert seed.startswith("v1.")
    swapped = Authenticator.objects.get(user=other, type="totp")
    swapped.data = {"secret": app.data["secret"]}
    swapped.save()
    client = browser()
    enter_password(client, other)
    client.raise_request_exception = False
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 500
    assert not is_in(client)


def test_without_the_requirement_the_password_is_enough(settings: Any):
    settings.STAFF_MFA_REQUIRED = False
    client = browser()
    enter_password(client, member_of_staff())
    assert is_in(client)


def _later(seconds: float) -> Any:
    return datetime.now(UTC) + timedelta(seconds=seconds)
