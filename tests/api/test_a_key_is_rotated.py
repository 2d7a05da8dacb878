"""`POST api-keys/{id}/rotate`: the caller moves from one key to the next without a refused call."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey
from tests.api.calls import Api, problem
from tests.factories import START, OrganizationFactory, api_key

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def made(api):
    return api.post("api-keys", {"name": "ci", "scopes": ["billing:read", "billing:write"]}).json()


def rotate(caller, key, body=None, **headers):
    return caller.post(f"api-keys/{key['id']}/rotate", body, **headers)


def test_both_open_the_door_until_the_overlap_is_over(made):
    caller = Api(made["secret"])
    answer = rotate(caller, made, {"overlap": 3600})
    assert answer.status_code == 201
    new = answer.json()
    assert (new["name"], new["scopes"], new["replaces"], new["replaced_by"]) == (
        "ci",
        ["billing:read", "billing:write"],
        made["id"],
        None,
    )
    assert caller.get("organization").status_code == Api(new["secret"]).get("organization").status_code == 200
    ApiKey.objects.filter(public_id=made["id"]).update(expires_at=timezone.now())
    problem(caller.get("organization"), 401, "api_key_expired")
    assert Api(new["secret"]).get("organization").status_code == 200


def test_each_names_the_other_in_the_list(api, made):
    new = rotate(api, made).json()
    rows = {row["id"]: row for row in api.get("api-keys").json()["data"]}
    assert (rows[made["id"]]["replaced_by"], rows[new["id"]]["replaces"]) == (new["id"], made["id"])
    ends = ApiKey.objects.get(public_id=made["id"]).expires_at
    assert timedelta(hours=23) < ends - timezone.now() <= timedelta(hours=24)


@pytest.mark.parametrize("overlap", [-1, 604_801, "long", 1.5, None])
def test_an_overlap_that_is_none(api, made, overlap):
    problem(rotate(api, made, {"overlap": overlap}), 400, "validation_error")
    assert not ApiKey.objects.exclude(replaces=None).exists()


def test_a_key_of_no_use_is_refused_with_a_code(api, made):
    rotate(api, made)
    problem(rotate(api, made), 409, "api_key_rotated")
    api.delete(f"api-keys/{made['id']}")
    problem(rotate(api, made), 409, "api_key_revoked")


def test_a_repeat_gives_the_stored_answer_without_the_secret(api, made):
    first, second = (rotate(api, made, {}, **KEY) for _ in "ab")
    assert second["Idempotent-Replayed"] == "true"
    assert (first.json().pop("secret")[:8], second.json()["secret"]) == ("ch_test_", None)
    assert first.json()["id"] == second.json()["id"]


def test_a_repeat_by_the_new_key_is_the_same_callers(made):
    """Whoever moved to the new key and is not sure asks again with it."""
    new = rotate(Api(made["secret"]), made, {}, **KEY).json()
    again = rotate(Api(new["secret"]), made, {}, **KEY)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["id"] == new["id"]


def test_nobody_gets_a_secret_with_more_than_he_has(organization, api, made):
    narrow = Api(api_key(organization, "billing:write"))
    problem(rotate(narrow, made), 403, "scope_not_held")
    assert ApiKey.objects.get(public_id=made["id"]).successor is None


def test_nobody_gets_one_that_outlives_his_own(organization, made):
    ends = timezone.now() + timedelta(days=1)
    caller = Api(api_key(organization, *OF_AN_ORGANIZATION, expires_at=ends))
    new = rotate(caller, made).json()
    assert ApiKey.objects.get(public_id=new["id"]).expires_at == ends


def test_another_organizations_key_is_not_there(made):
    other = Api(api_key(OrganizationFactory(), *OF_AN_ORGANIZATION))
    problem(rotate(other, made), 404, "not_found")
    problem(rotate(other, {"id": "key_unknown"}), 404, "not_found")


def test_a_key_of_a_deleted_organization_is_refused(organization, made):
    organization.deleted_at = START
    organization.save()
    problem(Api(made["secret"]).get("organization"), 401, "organization_deleted")


@pytest.mark.parametrize("secret", ["ch_test_", "ch_test_x", "ch_live_" + "A" * 43, "ch_test_" + "é" * 40])
def test_what_is_no_key_is_answered_as_an_unknown_one(secret, db):
    problem(Api(secret).get("organization"), 401, "invalid_api_key")
