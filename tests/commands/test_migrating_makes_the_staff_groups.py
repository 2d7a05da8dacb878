"""`migrate` alone makes the four groups and ends with their rights, whatever was there before."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from billing.staff import RIGHTS, StaffGroup, ensure_staff_groups, give_rights_after_migrating
from tests.environment import BASE

migration = import_module("billing.migrations.0012_staff_groups")


def rights() -> dict[str, set[str]]:
    """By group, as app.codename."""
    rows = Permission.objects.exclude(group=None).values_list("group__name", "content_type__app_label", "codename")
    found: dict[str, set[str]] = {name: set() for name in Group.objects.values_list("name", flat=True)}
    for group, app, code in rows:
        found[group].add(f"{app}.{code}")
    return found


@pytest.mark.django_db
def test_the_migration_makes_each_group_once() -> None:
    Group.objects.all().delete()
    for _ in "ab":
        migration.make_groups(apps, None)
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(group.value for group in StaffGroup)


@pytest.mark.django_db
def test_each_named_right_is_there_to_be_given() -> None:
    """A right that is misspelt in the table would be given to nobody without a word."""
    ensure_staff_groups()
    given = rights()
    for group, names in RIGHTS.items():
        assert {name for name in names if not name.startswith("view:")} <= given[group.value]


@pytest.mark.django_db
def test_only_the_last_of_our_apps_gives_the_rights() -> None:
    Group.objects.all().delete()
    for label in ("audit", "billing", "usage", "auth", "sessions"):
        give_rights_after_migrating(app_config=apps.get_app_config(label), apps=apps)
    assert not Group.objects.exists()
    give_rights_after_migrating(app_config=apps.get_app_config("analytics"), apps=apps)
    assert Group.objects.count() == len(StaffGroup)


@pytest.mark.django_db
def test_a_database_without_permissions_yet_is_left_alone() -> None:
    Group.objects.all().delete()
    nothing = SimpleNamespace(get_models=list)
    give_rights_after_migrating(app_config=apps.get_app_config("analytics"), apps=nothing)  # type: ignore[arg-type]
    assert not Group.objects.exists()


def test_migrating_again_sets_the_rights_right(committing: str, database_urls: Callable[[str], str]) -> None:
    before = rights()
    assert before["Superadmin"] > before["Auditor"] > set()
    Group.objects.get(name="Auditor").permissions.clear()
    Group.objects.get(name="Support").permissions.add(Permission.objects.get(codename="change_user"))
    owner = database_urls("app_owner")
    environment = {**os.environ, "COUNTINGHOUSE_DATABASE_ROLE": "owner", "DATABASE_URL": owner, "DIRECT_URL": owner}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input"],
        cwd=BASE,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert rights() == before
