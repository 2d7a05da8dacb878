"""X04: one key, fifty at once, other bodies, other callers, other organizations, other addresses; after a failure."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from knox.models import AuthToken

from billing.api.memberships import MembershipsView
from billing.domain.permissions import Role
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey, IdempotencyRecord, Membership, Subscription
from billing.services import payment_methods
from tests.api.calls import Api, problem
from tests.factories import MembershipFactory, OrganizationFactory, api_key
from tests.services.scenes import a_customer, at_stripe

KEY = {"Idempotency-Key": "one"}
BODY = {"name": "ci", "scopes": ["billing:read"]}
MANY = 50


def member(organization, role):
    membership = MembershipFactory(organization=organization, role=role)
    return Api(AuthToken.objects.create(user=membership.user)[1])


def at_once(secret, path, body, many=MANY):
    """What each of so many callers got, who ask at the same moment."""
    start = Barrier(many)

    def call(_):
        try:
            start.wait(60)
            return Api(secret).post(path, body, **KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(call, range(many)))


def assert_done_once(answers, repeat):
    """One did it; the others were told to wait, or got what it got."""
    kinds = Counter(
        "done" if answer.status_code == 201 and "Idempotent-Replayed" not in answer else answer.status_code
        for answer in answers
    )
    assert kinds["done"] == 1
    assert set(kinds) <= {"done", 201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_in_progress"}
    assert repeat["Idempotent-Replayed"] == "true"
    assert {answer.json()["id"] for answer in (*answers, repeat) if answer.status_code == 201} == {repeat.json()["id"]}


def test_fifty_at_once_make_one_api_key(committing):
    secret = api_key(OrganizationFactory(), *OF_AN_ORGANIZATION)
    answers = at_once(secret, "api-keys", BODY)
    assert_done_once(answers, Api(secret).post("api-keys", BODY, **KEY))
    assert ApiKey.objects.filter(name="ci").count() == 1


def test_fifty_at_once_start_one_subscription(committing, sandbox, by):
    organization = a_customer(by)
    payment_methods.attach(organization=organization, payment_method="pm_card_visa", by=by)
    secret = api_key(organization, *OF_AN_ORGANIZATION)
    answers = at_once(secret, "billing/subscriptions", {"plan_id": "professional"})
    assert_done_once(answers, Api(secret).post("billing/subscriptions", {"plan_id": "professional"}, **KEY))
    assert len(at_stripe(sandbox, "subscriptions")) == len(at_stripe(sandbox, "charges")) == 1
    assert Subscription.objects.count() == 1


@pytest.mark.django_db
def test_another_caller_reads_no_answer_by_the_same_key(organization):
    """A member who may do the same gets neither the owner's answer nor a second effect."""
    owner, admin = member(organization, Role.OWNER), member(organization, Role.ADMIN)
    program = Api(api_key(organization, *OF_AN_ORGANIZATION))
    made = owner.post("api-keys", BODY, **KEY).json()
    for other in (admin, program):
        document = problem(other.post("api-keys", BODY, **KEY), 422, "idempotency_key_reused")
        assert made["id"] not in str(document)
    assert owner.post("api-keys", BODY, **KEY)["Idempotent-Replayed"] == "true"
    assert ApiKey.objects.filter(name="ci").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.VIEWER, Role.BILLING])
def test_who_may_not_do_it_may_not_hear_of_it(organization, role):
    member(organization, Role.OWNER).post("memberships", {"email": "x@example.com"}, **KEY)
    answer = member(organization, role).post("memberships", {"email": "x@example.com"}, **KEY)
    assert answer.status_code == 403
    assert "Idempotent-Replayed" not in answer


@pytest.mark.django_db
def test_a_person_who_signs_in_again_is_the_same_caller(organization):
    membership = MembershipFactory(organization=organization, role=Role.OWNER)
    first, second = (Api(AuthToken.objects.create(user=membership.user)[1]) for _ in "ab")
    first.post("api-keys", BODY, **KEY)
    assert second.post("api-keys", BODY, **KEY)["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
def test_a_rotated_key_of_the_installation_goes_on_where_the_old_one_was(sandbox, staff_api):
    body = {"name": "New", "email": "new@example.com"}
    old = ApiKey.objects.get()
    made = staff_api.post("organizations", body, **KEY).json()
    successor = ApiKey.issue(live=False, name="x", scopes=list(Scope), replaces=old, family=old.line)
    for crashed in (False, True):
        if crashed:
            IdempotencyRecord.objects.update(status="running", lease_until=timezone.now())
        assert Api(successor.secret).post("organizations", body, **KEY).json()["id"] == made["id"]
    assert len(at_stripe(sandbox, "customers")) == 1


@pytest.mark.django_db
def test_two_organizations_know_nothing_of_each_other(organization, api):
    other = Api(api_key(OrganizationFactory(), *OF_AN_ORGANIZATION))
    first, second = api.post("api-keys", BODY, **KEY), other.post("api-keys", BODY, **KEY)
    assert "Idempotent-Replayed" not in second
    assert first.json()["id"] != second.json()["id"]
    assert ApiKey.objects.filter(name="ci").count() == IdempotencyRecord.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "api-keys", {**BODY, "name": "other"}),
        ("POST", "api-keys?a=b", BODY),
        ("POST", "memberships", BODY),
        ("PUT", "billing/subscription", BODY),
        ("DELETE", "api-keys/key_1", None),
        ("POST", "api-keys", '{"scopes": ["billing:read"], "name": "ci"}'),
    ],
)
def test_another_request_is_refused(api, method, path, body):
    api.post("api-keys", BODY, **KEY)
    problem(api(method, path, body, **KEY), 422, "idempotency_key_reused")
    assert ApiKey.objects.filter(name="ci").count() == 1


@pytest.mark.django_db
def test_after_a_day_it_is_a_new_key(api):
    api.post("api-keys", BODY, **KEY)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24))
    assert "Idempotent-Replayed" not in api.post("api-keys", BODY, **KEY)
    assert ApiKey.objects.filter(name="ci").count() == 2


@pytest.mark.django_db
def test_after_a_failure_of_ours_it_goes_on(api, organization, monkeypatch):
    work = MembershipsView.post

    def half(self, request):
        """The change is made, then something breaks: nothing of it stays."""
        work(self, request)
        raise ZeroDivisionError

    monkeypatch.setattr(MembershipsView, "post", half)
    problem(api.post("memberships", {"email": "x@example.com"}, **KEY), 500, "server_error")
    assert not Membership.objects.exists()
    monkeypatch.setattr(MembershipsView, "post", work)
    assert api.post("memberships", {"email": "x@example.com"}, **KEY).status_code == 201
    assert Membership.objects.count() == 1


@pytest.mark.django_db
def test_a_stored_answer_holds_no_secret(api):
    secrets = [api.post("api-keys", BODY, **KEY).json()["secret"]]
    made = ApiKey.objects.get(name="ci").public_id
    secrets.append(api.post(f"api-keys/{made}/rotate", {}, **{"Idempotency-Key": "two"}).json()["secret"])
    kept = str(list(IdempotencyRecord.objects.values()))
    assert not [secret for secret in secrets if secret in kept]
    assert kept.count('"secret":null') == 2
