"""Settings of an organization, and keys that never grant more than their maker has."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey
from billing.models.api_key import digest
from tests.api.calls import Api, problem
from tests.factories import OrganizationFactory, api_key

pytestmark = pytest.mark.django_db


def test_zone_and_locale_are_ours_to_change_and_logged(api, organization):
    body = api.patch("organization", {"time_zone": "Europe/Berlin", "name": "Other"}).json()
    assert (body["time_zone"], body["name"]) == ("Europe/Berlin", organization.name)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.before, entry.after) == (
        "organization.changed",
        {"time_zone": "UTC"},
        {"time_zone": "Europe/Berlin"},
    )


def test_what_stays_the_same_is_not_logged(api):
    assert api.patch("organization", {"time_zone": "UTC", "locale": "en"}).status_code == 200
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("change", [{"time_zone": "Mars/Base"}, {"time_zone": "../etc"}, {"locale": "english!"}])
def test_what_is_no_zone_or_locale_is_refused(api, organization, change):
    problem(api.patch("organization", change), 400, "validation_error")
    organization.refresh_from_db()
    assert (organization.time_zone, organization.locale) == ("UTC", "en")


def test_a_key_is_issued_used_and_revoked(api):
    made = api.post("api-keys", {"name": "ci", "scopes": ["billing:read", "billing:read"]}).json()
    assert made["scopes"] == ["billing:read"]
    key = ApiKey.objects.get(public_id=made["id"])
    assert key.hashed_secret == digest(made["secret"])
    caller = Api(made["secret"])
    assert caller.get("organization").status_code == 200
    assert api.delete(f"api-keys/{made['id']}").json()["revoked_at"]
    assert api.delete(f"api-keys/{made['id']}").status_code == 200
    problem(caller.get("organization"), 401, "api_key_revoked")
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["api_key.issued", "api_key.revoked"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "x", "scopes": ["analytics:read"]}, 400, "validation_error"),
        ({"name": "x", "scopes": ["everything"]}, 400, "validation_error"),
        ({"name": "x", "scopes": []}, 400, "validation_error"),
        ({"name": " ", "scopes": ["billing:read"]}, 400, "validation_error"),
        ({"name": "x", "scopes": ["billing:read"], "expires_at": "2020-01-01T00:00:00Z"}, 400, "expired"),
        ({"name": "x", "scopes": ["billing:read"], "expires_at": "soon"}, 400, "validation_error"),
    ],
)
def test_keys_of_no_use_are_not_issued(api, body, status, code):
    problem(api.post("api-keys", body), status, code)
    assert ApiKey.objects.count() == 1


def test_a_key_hands_out_no_more_than_it_has(organization):
    caller = Api(api_key(organization, "billing:read", "billing:write"))
    answer = caller.post("api-keys", {"name": "x", "scopes": ["billing:read", "audit:read"]})
    problem(answer, 403, "scope_not_held")
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("wanted", [None, 30])
def test_a_key_hands_out_no_longer_than_it_lives(organization, wanted):
    ends = timezone.now().replace(microsecond=0) + timedelta(days=1)
    caller = Api(api_key(organization, *OF_AN_ORGANIZATION, expires_at=ends))
    body = {"name": "x", "scopes": ["billing:read"]}
    if wanted:
        body["expires_at"] = (ends + timedelta(days=wanted)).isoformat()
    made = caller.post("api-keys", body).json()
    assert ApiKey.objects.get(public_id=made["id"]).expires_at == ends


@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"name": "x", "email": "no"}, {"name": "", "email": "a@b.cd"}])
def test_registering_needs_a_name_and_an_address(staff_api, body):
    problem(staff_api.post("organizations", body), 400, "validation_error")


def test_staff_see_one_organizations_keys_alone(staff_api):
    organization = OrganizationFactory()
    api_key(organization, "billing:read")
    rows = staff_api.get("api-keys", **{"X-Organization": organization.public_id}).json()["data"]
    assert len(rows) == 1
