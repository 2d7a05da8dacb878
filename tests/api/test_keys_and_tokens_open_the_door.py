"""Who is let in: a usable key, a token, a session; everybody else gets 401."""

from datetime import timedelta

import pytest
from django.utils import timezone
from knox.models import AuthToken

from billing.models import ApiKey
from tests.api.calls import Api, problem
from tests.factories import MembershipFactory, UserFactory, api_key

pytestmark = pytest.mark.django_db
CLOSED = [
    "auth/me",
    "organization",
    "api-keys",
    "memberships",
    "billing/subscriptions",
    "billing/subscription",
    "billing/invoices",
    "billing/invoices/in_1",
    "billing/payments",
    "billing/payment-methods",
]


@pytest.mark.parametrize("path", CLOSED)
def test_nobody_is_refused(path):
    answer = Api().get(path)
    problem(answer, 401, "authentication_required")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"revoked_at": timezone.now()}, "api_key_revoked"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "api_key_expired"),
        ({"live": True}, "wrong_mode"),
        ({"hashed_secret": "0" * 64}, "invalid_api_key"),
    ],
)
def test_a_key_that_is_not_usable_is_refused(organization, change, code):
    secret = api_key(organization, "billing:read")
    ApiKey.objects.update(**change)
    problem(Api(secret).get("organization"), 401, code)


def test_a_usable_key_is_let_in_and_its_use_is_noted_once_a_minute(organization):
    secret = api_key(organization, "billing:read", expires_at=timezone.now() + timedelta(days=1))
    assert Api(secret).get("organization").status_code == 200
    used = ApiKey.objects.get().last_used_at
    assert used is not None
    assert Api(secret).get("organization").status_code == 200
    assert ApiKey.objects.get().last_used_at == used


def test_a_token_of_a_member_is_let_in():
    member = MembershipFactory()
    _, token = AuthToken.objects.create(user=member.user)
    answer = Api(token).get("organization")
    assert answer.json()["id"] == member.organization.public_id


@pytest.mark.parametrize("fault", ["expired", "unknown", "inactive"])
def test_a_token_that_is_not_usable_is_refused(fault):
    member = MembershipFactory()
    expiry = timedelta(seconds=-1) if fault == "expired" else timedelta(hours=1)
    _, token = AuthToken.objects.create(user=member.user, expiry=expiry)
    if fault == "inactive":
        member.user.is_active = False
        member.user.save()
    problem(Api("f" * 64 if fault == "unknown" else token).get("organization"), 401, "invalid_token")


def test_strange_headers_are_refused():
    for header in ("Bearer", "Bearer ", "Basic abc", "bearer ä", "ch_test_x"):
        answer = Api(Authorization=header).get("organization")
        assert answer.status_code == 401


def test_a_session_reads_and_writes_only_with_a_csrf_token():
    member = MembershipFactory()
    caller = Api()
    caller.client.handler.enforce_csrf_checks = True
    caller.client.force_login(member.user)
    assert caller.get("organization").status_code == 200
    problem(caller.patch("organization", {"locale": "de"}), 403, "permission_denied")


def test_staff_without_a_membership_have_no_organization():
    _, token = AuthToken.objects.create(user=UserFactory(is_staff=True))
    problem(Api(token).get("organization"), 403, "no_organization")
