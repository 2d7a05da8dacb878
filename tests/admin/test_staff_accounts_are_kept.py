"""Staff are added and changed by a form, and each change stands in the log."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from audit.models import AuditEntry
from billing.models import User
from billing.staff import StaffGroup, ensure_staff_groups
from tests.admin.addresses import page_of
from tests.admin.scene import staff, superuser

PASSWORD = "a long and unusual pass phrase"


@pytest.fixture
def keeper(db: None) -> Client:
    """A superadmin by group, without Django's superuser flag."""
    client = Client()
    client.force_login(staff(StaffGroup.SUPERADMIN))
    return client


def fields(user: User, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {"email": user.email, "name": user.name, "time_zone": user.time_zone, "is_active": "on"}
    data["groups"] = [group.pk for group in user.groups.all()]
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def test_somebody_is_added_as_staff(keeper: Client) -> None:
    data = {"email": "new@example.com", "name": "New", "password1": PASSWORD, "password2": PASSWORD}
    answer = keeper.post("/admin/billing/user/add/", data)
    user = User.objects.get(email="new@example.com")
    assert answer.status_code == 302
    assert user.is_staff
    assert user.check_password(PASSWORD)
    assert AuditEntry.objects.get(action="staff.added").target_id == str(user.pk)


def test_groups_are_given_and_logged(keeper: Client) -> None:
    user, group = staff(StaffGroup.SUPPORT), Group.objects.get(name=StaffGroup.FINANCE.value)
    keeper.post(page_of(user), fields(user, groups=[group.pk], time_zone="Europe/Berlin"))
    user.refresh_from_db()
    assert [each.name for each in user.groups.all()] == ["Finance"]
    assert user.time_zone == "Europe/Berlin"
    entry = AuditEntry.objects.get(action="staff.changed")
    assert entry.after["groups"] == ["Finance"]
    assert user.email not in str(entry.after)


def test_times_are_shown_in_the_readers_zone(keeper: Client) -> None:
    user = staff(StaffGroup.AUDITOR, time_zone="Asia/Tokyo")
    client = Client()
    client.force_login(user)
    assert "JST" in client.get("/admin/").content.decode()


def test_an_unknown_zone_is_refused(keeper: Client) -> None:
    user = staff(StaffGroup.SUPPORT)
    assert keeper.post(page_of(user), fields(user, time_zone="Mars/Olympus")).status_code == 200
    user.refresh_from_db()
    assert user.time_zone == "UTC"


def test_nobody_gives_more_rights_than_he_has(keeper: Client) -> None:
    user, above = staff(StaffGroup.SUPPORT), superuser()
    keeper.post(page_of(user), fields(user, is_superuser="on"))
    user.refresh_from_db()
    assert not user.is_superuser
    assert keeper.post(page_of(above), fields(above, name="Changed")).status_code == 403
    assert keeper.post(f"/admin/billing/user/{above.pk}/password/", {}).status_code == 403


def test_passwords_are_set(admin: Client, db: None) -> None:
    user = staff()
    address = f"/admin/billing/user/{user.pk}/password/"
    assert admin.get(address).status_code == 200
    admin.post(address, {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_nobody_is_deleted(admin: Client, db: None) -> None:
    user = staff()
    assert admin.post(f"/admin/billing/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_groups_are_shown_and_not_edited(keeper: Client) -> None:
    group = ensure_staff_groups()[StaffGroup.SUPPORT]
    page = keeper.get(page_of(group))
    assert page.status_code == 200
    assert "billing.view_invoice" in page.content.decode()
    assert keeper.post(page_of(group), {"name": "Renamed"}).status_code == 403


def test_members_of_organizations_cannot_be_opened(keeper: Client, company: SimpleNamespace) -> None:
    member = User.objects.create_user("member@example.com", PASSWORD)
    assert keeper.post(page_of(member), fields(member, name="Changed")).status_code in (302, 403, 404)
    member.refresh_from_db()
    assert member.name == ""
