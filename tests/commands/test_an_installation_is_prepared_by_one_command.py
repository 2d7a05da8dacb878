"""Each release starts with it, so it must do nothing the second time, and never undo what staff switched off."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from billing.management.commands.prepare_installation import Command, write_schedule
from billing.staff import StaffGroup
from config.schedule import Entry
from tests.environment import BASE


def table() -> dict[str, tuple[str, int, bool]]:
    """name -> (task, every so many seconds, switched on)."""
    return {
        row.name: (row.task, row.interval.every, row.enabled)
        for row in PeriodicTask.objects.exclude(interval=None).select_related("interval")
        if row.interval.period == "seconds"
    }


@pytest.mark.django_db
def test_the_schedule_is_the_table_of_the_code(settings: Any) -> None:
    write_schedule()
    wanted = {entry.name: (entry.task, entry.every, True) for entry in settings.SCHEDULE}
    assert {name: row for name, row in table().items() if name in wanted} == wanted


@pytest.mark.django_db
def test_writing_it_again_changes_nothing() -> None:
    write_schedule()
    before = list(PeriodicTask.objects.order_by("id").values("id", "name", "task", "interval", "enabled"))
    intervals = IntervalSchedule.objects.count()
    write_schedule()
    assert list(PeriodicTask.objects.order_by("id").values("id", "name", "task", "interval", "enabled")) == before
    assert IntervalSchedule.objects.count() == intervals


@pytest.mark.django_db
def test_what_staff_switched_off_stays_off() -> None:
    PeriodicTask.objects.filter(name="Mirror Stripe objects").update(enabled=False)
    write_schedule()
    assert table()["Mirror Stripe objects"] == ("billing.mirror_objects", 60, False)


@pytest.mark.django_db
def test_another_task_or_pace_in_the_code_is_taken_over(settings: Any) -> None:
    settings.SCHEDULE = (Entry("Fold", "analytics.fold_ledger", 60),)
    write_schedule()
    settings.SCHEDULE = (Entry("Fold", "analytics.fold_ledger_faster", 7),)
    write_schedule()
    assert table()["Fold"] == ("analytics.fold_ledger_faster", 7, True)


@pytest.mark.django_db
def test_an_entry_that_somebody_moved_to_a_time_of_day_comes_back(settings: Any) -> None:
    write_schedule()
    row = PeriodicTask.objects.get(name="Fold the MRR ledger")
    row.crontab, row.interval = CrontabSchedule.objects.create(hour="3"), None
    row.save()
    write_schedule()
    row.refresh_from_db()
    assert row.crontab is None
    assert row.interval.every == 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("task", "stays"),
    [
        ("billing.gone", False),
        ("usage.gone", False),
        ("analytics.gone", False),
        ("audit.gone", False),
        ("celery.backend_cleanup", True),
        ("theirs.report", True),
        ("billingreports.send", True),
        ("their.billing.report", True),
    ],
)
def test_of_what_the_code_no_longer_has_only_ours_is_removed(task: str, stays: bool) -> None:
    every = IntervalSchedule.objects.create(every=5, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.create(name="Somebody's", task=task, interval=every)
    write_schedule()
    assert PeriodicTask.objects.filter(name="Somebody's").exists() == stays


@pytest.mark.django_db
def test_an_empty_table_leaves_none_of_ours(settings: Any) -> None:
    settings.SCHEDULE = ()
    write_schedule()
    assert not PeriodicTask.objects.filter(task__startswith="billing.").exists()


@pytest.mark.django_db
def test_the_tests_own_database_was_prepared_by_it() -> None:
    """Its template is made by this command, as the owner."""
    assert set(Group.objects.values_list("name", flat=True)) >= {group.value for group in StaffGroup}
    assert "Process due webhooks" in table()


def test_it_may_run_again_on_an_installation_that_is_in_use(
    committing: str, database_urls: Callable[[str], str]
) -> None:
    Group.objects.get(name="Support").delete()
    PeriodicTask.objects.filter(name="Check the MRR ledger").update(enabled=False)
    owner = database_urls("app_owner")
    environment = {**os.environ, "COUNTINGHOUSE_DATABASE_ROLE": "owner", "DATABASE_URL": owner, "DIRECT_URL": owner}
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare_installation"],
        cwd=BASE,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    steps = ["Migrating", "Cache table", "Staff groups", "Schedule", "The installation is prepared"]
    assert [step for step in steps if step in done.stdout] == steps
    assert Group.objects.get(name="Support").permissions.exists()
    assert table()["Check the MRR ledger"][2] is False


def test_its_help_says_when_and_as_whom() -> None:
    told = io.StringIO()
    Command(stdout=told).create_parser("manage.py", "prepare_installation").print_help(told)
    words = " ".join(told.getvalue().split())
    assert "before each release is started" in words
    assert "app_owner" in words
