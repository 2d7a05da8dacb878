"""Tokens are few, end with the password and on demand, and only their digest is stored."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from knox.crypto import hash_token
from knox.models import AuthToken

from billing.models import User
from billing.services import login_tokens
from billing.services.login_tokens import MOST
from tests.api.calls import Api, problem
from tests.factories import UserFactory

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(user):
    token = Api().post("auth/login", {"email": user.email, "password": PASSWORD}).json()["token"]
    return Api(token)


@pytest.mark.django_db
def test_one_is_ended_or_all_are():
    user, other = UserFactory(), UserFactory()
    first, second, third = (signed_in(user) for _ in range(3))
    stranger = signed_in(other)
    assert first.post("auth/logout").status_code == 204
    problem(first.get("auth/me"), 401, "invalid_token")
    assert second.get("auth/me").status_code == 200
    assert second.post("auth/logout", {"all": True}).status_code == 204
    for caller in (second, third):
        problem(caller.get("auth/me"), 401, "invalid_token")
    assert stranger.get("auth/me").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["yes please", None, [], {}])
def test_what_is_neither_one_nor_all_ends_none(value):
    caller = signed_in(UserFactory())
    problem(caller.post("auth/logout", {"all": value}), 400, "validation_error")
    assert caller.get("auth/me").status_code == 200


@pytest.mark.django_db
def test_a_session_ends_all_too():
    user = UserFactory()
    caller = signed_in(user)
    browser = Api()
    browser.client.force_login(user)
    assert browser.post("auth/logout", {"all": True}).status_code == 204
    problem(caller.get("auth/me"), 401, "invalid_token")


@pytest.mark.django_db
def test_a_new_password_ends_them_all():
    user = UserFactory()
    caller = signed_in(user)
    fresh = User.objects.get(pk=user.pk)
    fresh.name = "Renamed"
    fresh.save()
    assert caller.get("auth/me").status_code == 200
    fresh.set_password("another long pass phrase")
    fresh.save()
    problem(caller.get("auth/me"), 401, "invalid_token")
    assert not AuthToken.objects.exists()


@pytest.mark.django_db
def test_a_hash_that_is_made_anew_for_the_same_password_ends_none(settings):
    user = UserFactory()
    caller = signed_in(user)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    assert signed_in(user).get("auth/me").status_code == 200
    assert User.objects.get().password.startswith("pbkdf2")
    assert caller.get("auth/me").status_code == 200


@pytest.mark.django_db
def test_another_one_than_the_last_ends_the_oldest():
    user = UserFactory()
    first = signed_in(user)
    others = [login_tokens.issue(user=user, now=timezone.now()) for _ in range(MOST - 1)]
    assert first.get("auth/me").status_code == 200
    latest = signed_in(user)
    problem(first.get("auth/me"), 401, "invalid_token")
    assert AuthToken.objects.filter(user=user).count() == MOST
    assert latest.get("auth/me").status_code == Api(others[0].secret).get("auth/me").status_code == 200


def test_not_even_at_once_are_there_more(committing):
    user, start = UserFactory(), Barrier(4)
    for _ in range(MOST - 1):
        login_tokens.issue(user=user, now=timezone.now())

    def issue(_):
        try:
            start.wait(30)
            return login_tokens.issue(user=user, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(issue, range(4)))
    assert AuthToken.objects.count() == MOST


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["password", "closed"])
def test_who_signs_in_while_the_door_is_shut_stays_outside(change):
    """The password was right when it was read; then it was changed, or the account closed."""
    user = UserFactory()
    meanwhile = User.objects.get(pk=user.pk)
    if change == "password":
        meanwhile.set_password("another long pass phrase")
    else:
        meanwhile.is_active = False
    meanwhile.save()
    assert login_tokens.issue(user=user, now=timezone.now()) is None
    assert not AuthToken.objects.exists()


@pytest.mark.django_db
def test_only_a_digest_is_stored():
    issued = login_tokens.issue(user=UserFactory(), now=timezone.now())
    row = AuthToken.objects.values().get()
    assert row["digest"] == hash_token(issued.secret)
    assert issued.secret not in str(row)
    assert issued.secret not in repr(issued)
