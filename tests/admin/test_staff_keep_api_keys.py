"""Superadmins issue, rotate and revoke keys, with a reason; the secret stands on one answer. Auditors look."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from billing.models import ApiKey, Organization
from billing.models.api_key import digest
from billing.staff import StaffGroup
from tests.admin.addresses import KEY_VERBS, key_verb_of, list_of, page_of
from tests.admin.reading import words
from tests.admin.scene import staff
from tests.factories import OrganizationFactory

REASON = {"reason_code": "other", "reason": "For the new warehouse"}
ISSUE = "/admin/billing/apikey/add/"


@pytest.fixture
def keeper(db: None) -> Client:
    """A superadmin by group, without Django's superuser flag."""
    return of(StaffGroup.SUPERADMIN)


def of(group: StaffGroup) -> Client:
    client = Client()
    client.force_login(staff(group))
    return client


def made(**fields: Any) -> ApiKey:
    return ApiKey.issue(live=False, **{"name": "Shop", "scopes": ["billing:read"], **fields}).key


def secret_on(answer: Any) -> str:
    body = answer.content.decode()
    return str(body.split('data-copy="')[1].split('"')[0])


def test_one_of_the_installation_is_issued(keeper: Client) -> None:
    answer = keeper.post(
        ISSUE, {"name": "Reports", "scopes": ["analytics:read"], "days": "", "organization": "", **REASON}
    )
    assert answer.status_code == 200
    key = ApiKey.objects.get()
    assert key.hashed_secret == digest(secret_on(answer))
    assert (key.organization, key.name, key.scopes, key.expires_at) == (None, "Reports", ["analytics:read"], None)
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    entry = AuditEntry.objects.get(action="api_key.issued")
    assert (entry.actor_kind, entry.reason) == ("staff", "Other: For the new warehouse")


def test_one_of_a_customer_with_an_end(keeper: Client) -> None:
    organization = OrganizationFactory()
    data = {"name": "Shop", "scopes": ["billing:read", "usage:write"], "days": "30"}
    keeper.post(ISSUE, {**data, "organization": organization.public_id, **REASON})
    key = ApiKey.objects.get(organization=organization)
    assert key.expires_at is not None
    assert timedelta(days=29) < key.expires_at - timezone.now() <= timedelta(days=30)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": ""}, "This field is required"),
        ({"scopes": []}, "This field is required"),
        ({"scopes": ["everything"]}, "Select a valid choice"),
        ({"organization": "org_unknown"}, "There is no organization org_unknown"),
        ({"organization": "\0"}, "Null characters"),
        ({"days": "0"}, "greater than or equal to 1"),
        ({"reason": "short"}, "at least 10 characters"),
        ({"reason_code": ""}, "This field is required"),
    ],
)
def test_what_makes_no_sense_is_refused(keeper: Client, changes: dict[str, Any], complaint: str) -> None:
    data = {"name": "Shop", "scopes": ["billing:read"], "days": "", "organization": "", **REASON}
    answer = keeper.post(ISSUE, {**data, **changes})
    assert answer.status_code == 422
    assert complaint in words(answer.content.decode())
    assert not ApiKey.objects.exists()


def test_a_customers_key_gets_no_scope_of_the_installation(keeper: Client) -> None:
    data = {"name": "Shop", "scopes": ["analytics:read"], "organization": OrganizationFactory().public_id, **REASON}
    answer = keeper.post(ISSUE, data)
    assert answer.status_code == 422
    assert "Only keys of the installation may have" in words(answer.content.decode())
    assert not ApiKey.objects.exists()


def test_a_key_is_rotated(keeper: Client) -> None:
    old = made()
    assert "both keys open the door" in words(keeper.get(key_verb_of(old, "rotate")).content.decode())
    answer = keeper.post(key_verb_of(old, "rotate"), {"hours": "2", **REASON})
    new = ApiKey.objects.get(replaces=old)
    assert new.hashed_secret == digest(secret_on(answer))
    assert "no-store" in answer["Cache-Control"]
    page = words(keeper.get(page_of(old)).content.decode())
    assert "Being replaced" in page
    assert f"Replaced by {new.public_id}" in page
    assert "Rotate: it has a successor" in page
    assert secret_on(answer) not in keeper.get(page_of(new)).content.decode()


def test_a_second_rotation_changes_nothing(keeper: Client) -> None:
    old = made()
    keeper.post(key_verb_of(old, "rotate"), {"hours": "2", **REASON})
    answer = keeper.post(key_verb_of(old, "rotate"), {"hours": "2", **REASON})
    assert answer.status_code == 409
    assert "Nothing was changed. The key was replaced by" in words(answer.content.decode())
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize("hours", ["169", "-1", "", "x"])
def test_an_overlap_that_is_none(keeper: Client, hours: str) -> None:
    old = made()
    assert keeper.post(key_verb_of(old, "rotate"), {"hours": hours, **REASON}).status_code == 422
    assert ApiKey.objects.count() == 1


def test_a_key_is_revoked(keeper: Client) -> None:
    key = made()
    answer = keeper.post(key_verb_of(key, "revoke"), REASON, follow=True)
    key.refresh_from_db()
    assert key.revoked_at is not None
    page = words(answer.content.decode())
    assert "Revoked." in page
    assert "it has been revoked" in page
    assert AuditEntry.objects.get(action="api_key.revoked").reason == "Other: For the new warehouse"


@pytest.mark.parametrize("group", [StaffGroup.AUDITOR, StaffGroup.FINANCE, StaffGroup.SUPPORT])
def test_nobody_else_touches_them(db: None, group: StaffGroup) -> None:
    client, key = of(group), made()
    sees = 200 if group == StaffGroup.AUDITOR else 403
    assert (client.get(list_of(ApiKey)).status_code, client.get(page_of(key)).status_code) == (sees, sees)
    addresses = [ISSUE, *(key_verb_of(key, verb) for verb in KEY_VERBS)]
    for address in addresses:
        data = {"name": "x", "scopes": ["billing:read"], "hours": "1", **REASON}
        assert (client.get(address).status_code, client.post(address, data).status_code) == (403, 403)
        assert address not in client.get(page_of(key)).content.decode()
    key.refresh_from_db()
    assert (key.revoked_at, ApiKey.objects.count()) == (None, 1)


def test_looking_makes_none(keeper: Client) -> None:
    key = made()
    for address in (ISSUE, *(key_verb_of(key, verb) for verb in KEY_VERBS)):
        assert keeper.get(address).status_code == 200
    assert ApiKey.objects.get().revoked_at is None
    assert not AuditEntry.objects.exists()


def test_each_state_is_told(keeper: Client, company: SimpleNamespace) -> None:
    now = timezone.now()
    made(name="Ended", expires_at=now)
    made(name="Gone", revoked_at=now)
    made(name="Orphan", organization=OrganizationFactory(deleted_at=now))
    listed = words(keeper.get(list_of(ApiKey, "?view=all")).content.decode())
    for pair in ("Ended – Ended", "Gone – Revoked", "Orphan – Organization deleted", "✓ Usable"):
        assert pair in listed
    assert "Orphan" not in words(keeper.get(list_of(ApiKey)).content.decode())
    usable = words(keeper.get(list_of(ApiKey)).content.decode())
    assert f"Shop of {company.organization.name}" in usable


def test_one_is_found_by_id_or_name(keeper: Client) -> None:
    first, second = made(name="Alpha"), made(name="Beta")
    for term in (first.public_id, "alp"):
        body = keeper.get(list_of(ApiKey, f"?q={term}")).content.decode()
        assert first.name in body
        assert second.name not in body
    assert Organization.objects.count() == 0
