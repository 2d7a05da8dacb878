"""Rights live in one table of the code: what somebody clicked into a group is gone with the next release."""

import pytest
from django.contrib.auth.models import Group, Permission

from billing.staff import (
    API_KEYS,
    DECISIONS,
    INBOX_VERBS,
    OWN_APPS,
    PAYMENT_VERBS,
    RECONCILING,
    RIGHTS,
    SUBSCRIPTION_VERBS,
    StaffGroup,
    ensure_staff_groups,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def rights(group: Group) -> set[str]:
    return {f"{app}.{code}" for app, code in group.permissions.values_list("content_type__app_label", "codename")}


@pytest.fixture
def groups() -> dict[StaffGroup, Group]:
    return ensure_staff_groups()


@pytest.mark.parametrize("name", StaffGroup)
def test_every_named_right_is_given(groups: dict[StaffGroup, Group], name: StaffGroup) -> None:
    """A right that is misspelt in the table would be missed here."""
    assert {right for right in RIGHTS[name] if not right.startswith("view:")} <= rights(groups[name])


@pytest.mark.parametrize("name", StaffGroup)
def test_and_no_other(groups: dict[StaffGroup, Group], name: StaffGroup) -> None:
    whole = {right.removeprefix("view:") for right in RIGHTS[name] if right.startswith("view:")}
    extra = rights(groups[name]) - set(RIGHTS[name])
    assert all(right.split(".")[0] in whole and ".view_" in right for right in extra)


@pytest.mark.parametrize("name", StaffGroup)
def test_nobody_may_delete_and_only_verbs_and_staff_change(groups: dict[StaffGroup, Group], name: StaffGroup) -> None:
    changing = {right for right in rights(groups[name]) if not right.split(".")[1].startswith(("view_", "export_"))}
    allowed = {
        *SUBSCRIPTION_VERBS,
        *PAYMENT_VERBS,
        *DECISIONS,
        *API_KEYS,
        *RECONCILING,
        *INBOX_VERBS,
        "billing.add_user",
        "billing.change_user",
    }
    assert changing <= allowed
    assert not any("delete" in right for right in changing)


@pytest.mark.parametrize("name", StaffGroup)
def test_auditors_look_at_keys_superadmins_keep_them_and_nobody_reads_stored_answers(
    groups: dict[StaffGroup, Group], name: StaffGroup
) -> None:
    on_keys = {StaffGroup.AUDITOR: {"billing.view_apikey"}, StaffGroup.SUPERADMIN: set(API_KEYS)}
    assert {right for right in rights(groups[name]) if "apikey" in right} == on_keys.get(name, set())
    assert not {right for right in rights(groups[name]) if "idempotency" in right}


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        (StaffGroup.SUPPORT, False),
        (StaffGroup.FINANCE, True),
        (StaffGroup.AUDITOR, True),
        (StaffGroup.SUPERADMIN, True),
    ],
)
def test_figures_are_for_those_who_work_with_them(
    groups: dict[StaffGroup, Group], name: StaffGroup, reads: bool
) -> None:
    views = Permission.objects.filter(content_type__app_label="analytics", codename__startswith="view_")
    wanted = {f"analytics.{code}" for code in views.values_list("codename", flat=True)}
    assert wanted
    assert (rights(groups[name]) >= wanted) == reads
    if not reads:
        assert not rights(groups[name]) & wanted


def test_an_auditor_changes_nothing(groups: dict[StaffGroup, Group]) -> None:
    assert all(right.split(".")[1].startswith(("view_", "export_")) for right in rights(groups[StaffGroup.AUDITOR]))


def test_only_those_who_audit_take_the_log_away(groups: dict[StaffGroup, Group]) -> None:
    export = {name for name in StaffGroup if "audit.export_auditentry" in rights(groups[name])}
    assert export == {StaffGroup.AUDITOR, StaffGroup.SUPERADMIN}


def test_only_a_superadmin_keeps_the_staff(groups: dict[StaffGroup, Group]) -> None:
    assert {name for name in StaffGroup if "billing.change_user" in rights(groups[name])} == {StaffGroup.SUPERADMIN}


def test_whoever_asks_most_does_not_decide(groups: dict[StaffGroup, Group]) -> None:
    """Support asks, finance and superadmins decide, auditors look on."""
    assert {name for name in StaffGroup if "billing.decide_approval" in rights(groups[name])} == {
        StaffGroup.FINANCE,
        StaffGroup.SUPERADMIN,
    }
    assert {name for name in StaffGroup if "billing.refund_payment" in rights(groups[name])} == {
        StaffGroup.SUPPORT,
        StaffGroup.FINANCE,
        StaffGroup.SUPERADMIN,
    }
    assert all("billing.view_approval" in rights(groups[name]) for name in StaffGroup)


def test_no_right_of_another_app_is_given(groups: dict[StaffGroup, Group]) -> None:
    apps = {right.split(".")[0] for group in groups.values() for right in rights(group)}
    assert apps <= {*OWN_APPS, "auth"}


def test_running_again_changes_nothing(groups: dict[StaffGroup, Group]) -> None:
    before = {name: rights(group) for name, group in groups.items()}
    again = ensure_staff_groups()
    assert {name: rights(group) for name, group in again.items()} == before
    assert {name: group.pk for name, group in again.items()} == {name: group.pk for name, group in groups.items()}


def test_what_was_clicked_together_is_put_right(groups: dict[StaffGroup, Group]) -> None:
    support = groups[StaffGroup.SUPPORT]
    before = rights(support)
    support.permissions.set(Permission.objects.filter(codename="delete_invoice"))
    ensure_staff_groups()
    assert rights(support) == before


def test_members_and_other_groups_are_left_alone(groups: dict[StaffGroup, Group]) -> None:
    user, other = UserFactory(), Group.objects.create(name="Their own")
    other.permissions.set(Permission.objects.filter(codename="view_plan"))
    user.groups.set([other, groups[StaffGroup.SUPPORT]])
    ensure_staff_groups()
    assert set(user.groups.all()) == {other, groups[StaffGroup.SUPPORT]}
    assert other.permissions.count() >= 1
