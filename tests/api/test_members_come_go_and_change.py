"""`memberships`: who may add, change and remove whom; nobody learns who has an account; an owner stays."""

import pytest
from knox.models import AuthToken

from audit.models import AuditEntry
from billing.domain.permissions import Role
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import Membership, User
from tests.api.calls import Api, problem
from tests.factories import MembershipFactory, OrganizationFactory, UserFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def member(organization, role):
    membership = MembershipFactory(organization=organization, role=role)
    return membership, Api(AuthToken.objects.create(user=membership.user)[1])


@pytest.fixture
def owner(organization):
    return member(organization, Role.OWNER)


def test_somebody_new_gets_an_account_that_opens_nothing(owner, organization):
    answer = owner[1].post("memberships", {"email": " New@Example.com", "role": "billing"})
    assert answer.status_code == 201
    user = User.objects.get(email="new@example.com")
    assert not user.has_usable_password()
    assert not user.is_staff
    for password in ("", "!", user.password):
        answer = Api().post("auth/login", {"email": user.email, "password": password})
        assert answer.status_code in (400, 401)
    assert Membership.objects.get(user=user).role == "billing"
    assert not AuthToken.objects.filter(user=user).exists()


def test_the_answer_does_not_tell_who_has_an_account(owner):
    UserFactory(email="old@example.com", name="Olga Old")
    answers = [owner[1].post("memberships", {"email": f"{who}@example.com"}).json() for who in ("old", "new")]
    for answer, who in zip(answers, ("old", "new"), strict=True):
        assert answer.pop("id").startswith("mem_")
        assert answer.pop("email") == f"{who}@example.com"
        assert answer.pop("created_at")
    assert answers[0] == answers[1]
    assert answers[0]["role"] == "viewer"
    assert "cannot sign in until a password is set" in answers[0]["notice"]
    assert "Olga" not in owner[1].get("memberships").content.decode()


def test_the_name_is_told_once_the_person_has_acted(owner, organization):
    user = UserFactory(name="Olga Old")
    added = owner[1].post("memberships", {"email": user.email}).json()
    caller = Api(AuthToken.objects.create(user=user)[1])
    assert caller.get("organization").status_code == 200
    shown = owner[1].get(f"memberships/{added['id']}").json()
    assert (shown["name"], bool(shown["joined_at"])) == ("Olga Old", True)
    assert AuditEntry.objects.filter(action="membership.joined", target_id=added["id"]).count() == 1


def test_being_added_elsewhere_keeps_nobody_from_his_own(owner):
    mine, caller = member(OrganizationFactory(), Role.VIEWER)
    assert caller.get("organization").json()["id"] == mine.organization.public_id
    assert owner[1].post("memberships", {"email": mine.user.email}).status_code == 201
    assert caller.get("organization").json()["id"] == mine.organization.public_id
    theirs = owner[0].organization.public_id
    assert caller.get("organization", **{"X-Organization": theirs}).json()["id"] == theirs
    problem(caller.get("organization"), 400, "organization_required")


def test_roles_change_and_members_go(owner, organization):
    other, caller = member(organization, Role.VIEWER)
    path = f"memberships/{other.public_id}"
    assert owner[1].patch(path, {"role": "admin"}).json()["role"] == "admin"
    assert caller.get("api-keys").status_code == 200
    assert owner[1].delete(path).status_code == 204
    problem(caller.get("organization"), 403, "no_organization")
    problem(owner[1].delete(path), 404, "not_found")
    told = AuditEntry.objects.filter(action__startswith="membership.").exclude(action="membership.joined")
    assert [(entry.action, entry.before, entry.after) for entry in told.order_by("id")] == [
        ("membership.role_changed", {"role": "viewer"}, {"role": "admin"}),
        ("membership.removed", {"role": "admin", "user": other.user_id}, {}),
    ]
    assert User.objects.filter(pk=other.user_id).exists()


def test_an_admin_touches_no_owner(owner, organization):
    _, admin = member(organization, Role.ADMIN)
    viewer, _ = member(organization, Role.VIEWER)
    problem(admin.patch(f"memberships/{owner[0].public_id}", {"role": "viewer"}), 403, "role_forbidden")
    problem(admin.delete(f"memberships/{owner[0].public_id}"), 403, "role_forbidden")
    problem(admin.patch(f"memberships/{viewer.public_id}", {"role": "owner"}), 403, "role_forbidden")
    problem(admin.post("memberships", {"email": "x@example.com", "role": "owner"}), 403, "role_forbidden")
    assert not User.objects.filter(email="x@example.com").exists()
    assert admin.patch(f"memberships/{viewer.public_id}", {"role": "admin"}).status_code == 200


def test_the_last_owner_stays(owner, organization):
    path = f"memberships/{owner[0].public_id}"
    problem(owner[1].patch(path, {"role": "admin"}), 409, "last_owner")
    problem(owner[1].delete(path), 409, "last_owner")
    assert owner[1].patch(path, {"role": "owner"}).status_code == 200
    gone, _ = member(organization, Role.OWNER)
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    problem(owner[1].delete(path), 409, "last_owner")
    User.objects.filter(pk=gone.user_id).update(is_active=True)
    assert owner[1].delete(path).status_code == 204


@pytest.mark.parametrize("role", [Role.BILLING, Role.VIEWER])
def test_others_change_nobody(organization, role):
    mine, caller = member(organization, role)
    path = f"memberships/{mine.public_id}"
    assert caller.get(path).status_code == 200
    for answer in (caller.patch(path, {"role": "owner"}), caller.delete(path), caller.post("memberships", {})):
        assert answer.status_code == 403
    mine.refresh_from_db()
    assert mine.role == role


def test_a_key_gives_no_role_that_may_more(organization):
    caller = Api(api_key(organization, "billing:read", "billing:write", "usage:read"))
    problem(caller.post("memberships", {"email": "a@example.com", "role": "admin"}), 403, "scope_not_held")
    assert caller.post("memberships", {"email": "a@example.com", "role": "billing"}).status_code == 201
    whole = Api(api_key(organization, *OF_AN_ORGANIZATION))
    problem(whole.post("memberships", {"email": "b@example.com", "role": "owner"}), 403, "role_forbidden")


def test_the_installation_makes_the_first_owner(staff_api, organization):
    headers = {"X-Organization": organization.public_id}
    answer = staff_api.post("memberships", {"email": "first@example.com", "role": "owner"}, **headers)
    assert answer.json()["role"] == "owner"


def test_nobody_is_a_member_twice(owner):
    problem(owner[1].post("memberships", {"email": owner[0].user.email.upper()}), 409, "already_member")


@pytest.mark.parametrize("body", [{}, {"email": "no"}, {"email": "a@b.cd", "role": "king"}, {"email": None}])
def test_what_is_no_member_is_refused(owner, body):
    problem(owner[1].post("memberships", body), 400, "validation_error")


def test_another_organizations_member_is_not_there(owner):
    theirs = MembershipFactory()
    for answer in (
        owner[1].get(f"memberships/{theirs.public_id}"),
        owner[1].patch(f"memberships/{theirs.public_id}", {"role": "viewer"}),
        owner[1].delete(f"memberships/{theirs.public_id}"),
    ):
        problem(answer, 404, "not_found")
    assert Membership.objects.get(pk=theirs.pk).role == theirs.role


def test_a_removal_is_answered_again(owner, organization):
    other, _ = member(organization, Role.VIEWER)
    answers = [owner[1].delete(f"memberships/{other.public_id}", **{"Idempotency-Key": "k"}) for _ in "ab"]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert answers[1]["Idempotent-Replayed"] == "true"
