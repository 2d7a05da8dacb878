"""`POST auth/login` gives a token for what the door of the admin asks for, and counts failures with it."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from knox.models import AuthToken

from audit.models import AuditEntry
from tests.api.calls import Api, problem
from tests.factories import MembershipFactory
from tests.signin.people import PASSWORD, SECOND, browser, code_of, enter_password, member_of_staff, recovery_codes
from tests.signin.people import with_app as somebody_with_app

pytestmark = pytest.mark.django_db
LIMIT = django_settings.AXES_FAILURE_LIMIT
HERE = "198.18.0.1"


def login(user: Any, password: str = PASSWORD, address: str = HERE, **more: str) -> Any:
    body = {"email": user.email, "password": password, **more}
    return Api().client.post("/api/v1/auth/login", body, content_type="application/json", REMOTE_ADDR=address)


def test_a_password_alone_is_not_enough():
    user, secret = somebody_with_app()
    document = problem(login(user), 401, "second_factor_required")
    assert "otp" in document["detail"]
    assert not AuthToken.objects.exists()
    answer = login(user, otp=code_of(secret))
    assert answer.status_code == 200
    assert Api(answer.json()["token"]).get("auth/me").json()["user"]["email"] == user.email


def test_nor_for_staff_who_have_none_yet(settings: Any):
    user = member_of_staff()
    problem(login(user), 401, "second_factor_required")
    settings.STAFF_MFA_REQUIRED = False
    assert login(user).status_code == 200


def test_whoever_does_not_know_the_password_is_not_told_of_it():
    user, _ = somebody_with_app()
    problem(login(user, "wrong"), 401, "invalid_credentials")
    problem(login(user, "wrong", otp="000000"), 401, "invalid_credentials")


def test_a_code_works_once_here_and_at_the_door_together():
    user, secret = somebody_with_app()
    code = code_of(secret)
    assert login(user, otp=code).status_code == 200
    problem(login(user, otp=code), 401, "invalid_second_factor")
    client = browser()
    enter_password(client, user)
    assert client.post(SECOND, {"code": code}).status_code == 200


def test_a_recovery_code_does_as_well_once():
    user, _ = somebody_with_app()
    code = recovery_codes(user)[3]
    assert login(user, otp=code).status_code == 200
    problem(login(user, otp=code), 401, "invalid_second_factor")


@pytest.mark.parametrize("otp", ["000000", "x", "1" * 32, "１２３４５６"])
def test_a_wrong_code_gets_no_token(otp: str):
    user, _ = somebody_with_app()
    problem(login(user, otp=otp), 401, "invalid_second_factor")
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("otp", ["", "1" * 33])
def test_what_cannot_be_a_code_is_malformed(otp: str):
    user, _ = somebody_with_app()
    problem(login(user, otp=otp), 400, "validation_error")


def test_members_without_one_sign_in_as_before():
    user = MembershipFactory(role="viewer").user
    assert login(user).status_code == 200
    entry = AuditEntry.objects.get(action="member.signed_in")
    assert (entry.actor_kind, entry.actor_id, entry.after) == ("user", str(user.pk), {"by": "password"})


def test_guesses_here_and_at_the_door_are_one_count():
    user = member_of_staff()
    for number in range(LIMIT - 2):
        problem(login(user, f"guess {number}"), 401, "invalid_credentials")
    enter_password(browser(HERE), user, "wrong")
    answer = login(user, "wrong")
    problem(answer, 429, "locked_out")
    assert answer["Retry-After"] == str(int(django_settings.AXES_COOLOFF_TIME.total_seconds()))
    problem(login(user), 429, "locked_out")
    assert enter_password(browser(HERE), user).status_code == 429
    problem(login(user, address="198.18.0.2"), 401, "second_factor_required")


def test_codes_are_counted_too():
    user, secret = somebody_with_app()
    for _ in range(LIMIT - 1):
        problem(login(user, otp="000000"), 401, "invalid_second_factor")
    problem(login(user, otp="000000"), 429, "locked_out")
    problem(login(user, otp=code_of(secret)), 429, "locked_out")


def test_a_token_clears_the_count():
    user = MembershipFactory(role="viewer").user
    for _ in range(3):
        for _ in range(LIMIT - 1):
            problem(login(user, "wrong"), 401, "invalid_credentials")
        assert login(user).status_code == 200


def test_failures_of_members_are_told_as_theirs():
    user = MembershipFactory(role="viewer").user
    for _ in range(LIMIT):
        login(user, "wrong")
    told = AuditEntry.objects.filter(target_type="user", target_id=str(user.pk)).values_list("action", flat=True)
    assert sorted(told) == ["member.locked_out", "member.sign_in_failed"]
    assert user.email not in str(list(AuditEntry.objects.values()))
