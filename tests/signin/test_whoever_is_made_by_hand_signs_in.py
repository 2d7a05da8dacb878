"""`createsuperuser` and the staff's form make persons who can sign in; nothing else has to be written for them."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from billing.models import User
from tests.signin.people import ACCOUNT, SECOND, add_app, browser, code_of, enter_password, is_in, member_of_staff

pytestmark = pytest.mark.django_db
GIVEN = "a long and unusual pass phrase"


def test_the_first_superuser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", GIVEN)
    call_command("createsuperuser", "--noinput", email="Root@Example.com", stdout=StringIO())
    user = User.objects.get()
    client = browser()
    enter_password(client, user, GIVEN)
    assert client.get("/admin/").url == ACCOUNT
    secret = add_app(client)
    assert is_in(client)
    again = browser()
    enter_password(again, user, GIVEN)
    again.post(SECOND, {"code": code_of(secret)})
    assert is_in(again)


def test_one_added_by_the_form():
    keeper = browser()
    enter_password(keeper, member_of_staff())
    add_app(keeper)
    given: dict[str, Any] = {"email": "new@example.com", "name": "New", "password1": GIVEN, "password2": GIVEN}
    assert keeper.post("/admin/billing/user/add/", given).status_code == 302
    client, user = browser(), User.objects.get(email="new@example.com")
    enter_password(client, user, GIVEN)
    add_app(client)
    assert is_in(client)
