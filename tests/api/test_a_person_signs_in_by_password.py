"""`POST auth/login` gives a token, `auth/me` says who one is, `auth/logout` ends it."""

import time
from datetime import UTC, datetime

import pytest
import time_machine
from knox.models import AuthToken

from tests.api.calls import Api, problem
from tests.factories import MembershipFactory, UserFactory, api_key

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.mark.parametrize("name", ["email", "username"])
def test_the_token_opens_and_is_closed(name):
    member = MembershipFactory(role="viewer")
    answer = Api().post("auth/login", {name: member.user.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"token", "expires_at", "user"}
    assert body["expires_at"].endswith("Z")
    caller = Api(body["token"])
    assert caller.get("auth/me").json() == {
        "user": {
            "id": str(member.user.pk),
            "email": member.user.email,
            "name": member.user.name,
            "is_staff": False,
        },
        "organizations": [
            {
                "id": member.organization.public_id,
                "name": member.organization.name,
                "role": "viewer",
                "scopes": ["billing:read", "usage:read"],
            }
        ],
        "api_key": None,
    }
    assert caller.post("auth/logout").status_code == 204
    problem(caller.get("auth/me"), 401, "invalid_token")
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("case", ["wrong password", "unknown account", "inactive account"])
def test_wrong_credentials_get_one_and_the_same_answer(case):
    user = UserFactory(is_active=case != "inactive account")
    email = "nobody@example.com" if case == "unknown account" else user.email
    password = "wrong" if case == "wrong password" else PASSWORD
    document = problem(Api().post("auth/login", {"email": email, "password": password}), 401, "invalid_credentials")
    assert document["detail"] == "E-mail address or password is wrong."


def test_an_unknown_account_takes_as_long_as_a_wrong_password(settings):
    settings.RATE_LIMIT_ENABLED = False
    user = UserFactory()

    def seconds(email):
        began = time.perf_counter()
        Api().post("auth/login", {"email": email, "password": "wrong"})
        return time.perf_counter() - began

    known = min(seconds(user.email) for _ in range(4))
    unknown = min(seconds("nobody@example.com") for _ in range(4))
    assert unknown > known / 2


def test_missing_values_are_named():
    document = problem(Api().post("auth/login", {}), 400, "validation_error")
    assert [error["field"] for error in document["errors"]] == ["email", "password"]


@time_machine.travel(datetime(2026, 5, 1, 12, 0, 40, tzinfo=UTC), tick=False)
def test_the_eleventh_try_in_a_minute_waits():
    for _ in range(10):
        assert Api().post("auth/login", {}).status_code == 400
    answer = Api().post("auth/login", {})
    problem(answer, 429, "rate_limited")
    assert answer["Retry-After"] == answer["RateLimit-Reset"] == "26"
    assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("10", "0")


def test_a_key_says_what_it_is_and_cannot_sign_out(organization):
    caller = Api(api_key(organization, "billing:read"))
    body = caller.get("auth/me").json()
    assert body["user"] is None
    assert body["api_key"]["organization"] == organization.public_id
    assert body["api_key"]["scopes"] == ["billing:read"]
    problem(caller.post("auth/logout"), 400, "no_token")


def test_a_key_of_the_installation_has_no_organization(staff_api):
    assert staff_api.get("auth/me").json()["api_key"]["organization"] is None


def test_a_token_is_never_stored_under_an_idempotency_key():
    user = UserFactory()
    first, second = (
        Api().post("auth/login", {"email": user.email, "password": PASSWORD}, Idempotency_Key="k") for _ in "ab"
    )
    assert first.json()["token"] != second.json()["token"]
