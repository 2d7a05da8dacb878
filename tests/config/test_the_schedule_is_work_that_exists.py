"""An entry that names no task rings for ever and nobody comes: due work would wait until a customer complains."""

import importlib.util
from collections import Counter
from inspect import signature

import pytest
from django.apps import apps
from django_celery_beat.models import PeriodicTask

from billing.management.commands.prepare_installation import write_schedule
from config.celery import app
from config.schedule import DAY, HOUR, SCHEDULE, Entry
from tests.architecture.sources import APPS

OFTEN = 60


@pytest.fixture(scope="module")
def tasks() -> set[str]:
    """The names of all tasks of the apps, as a worker knows them."""
    for name in APPS:
        if importlib.util.find_spec(f"{name}.tasks"):
            importlib.import_module(f"{name}.tasks")
    return {name for name in app.tasks if name.split(".")[0] in APPS}


@pytest.mark.parametrize("entry", SCHEDULE, ids=lambda entry: entry.task)
def test_each_names_a_task(tasks: set[str], entry: Entry):
    assert entry.task in tasks


@pytest.mark.parametrize("entry", SCHEDULE, ids=lambda entry: entry.task)
def test_each_task_can_be_called_without_anything(tasks: set[str], entry: Entry):
    required = [one for one in signature(app.tasks[entry.task].run).parameters.values() if one.default is one.empty]
    assert required == [], "beat gives no arguments"


@pytest.mark.parametrize("what", ["name", "task"])
def test_none_stands_twice(what: str):
    assert max(Counter(getattr(entry, what) for entry in SCHEDULE).values()) == 1


@pytest.mark.parametrize("entry", SCHEDULE, ids=lambda entry: entry.task)
def test_each_comes_as_often_as_the_contract_says(entry: Entry):
    assert entry.every in (OFTEN, 10 * OFTEN, 15 * OFTEN, 30 * OFTEN, HOUR, DAY)
    assert (HOUR, DAY) == (3600, 86_400)


def test_what_is_waited_for_comes_every_minute():
    often = {entry.task for entry in SCHEDULE if entry.every == OFTEN}
    assert {"billing.sweep_webhooks", "billing.resume_commands", "analytics.fold_ledger"} <= often


@pytest.mark.parametrize("entry", SCHEDULE, ids=lambda entry: entry.task)
def test_each_name_is_a_sentence_for_staff(entry: Entry):
    assert entry.name[0].isupper()
    assert not entry.name.endswith(".")
    assert len(entry.name) <= 200


def test_tasks_are_named_after_their_app(tasks: set[str]):
    assert tasks
    for name in tasks:
        label, verb = name.split(".")
        assert apps.is_installed(label)
        assert verb == verb.lower()
        assert "_" in verb, "verb_noun"
        assert app.tasks[name].__module__ == f"{label}.tasks"


def test_no_task_keeps_its_result(tasks: set[str]):
    assert {app.tasks[name].ignore_result for name in tasks} == {True}


@pytest.mark.django_db
class TestWritten:
    def rows(self) -> dict[str, tuple[str, int, bool]]:
        ours = PeriodicTask.objects.exclude(task__startswith="celery.").select_related("interval")
        return {row.name: (row.task, row.interval.every, row.enabled) for row in ours}

    def test_the_installation_has_exactly_the_table(self):
        expected = {entry.name: (entry.task, entry.every, True) for entry in SCHEDULE}
        write_schedule()
        assert self.rows() == expected

    def test_what_staff_switched_off_stays_off(self):
        write_schedule()
        PeriodicTask.objects.filter(task="billing.mirror_objects").update(enabled=False)
        write_schedule()
        assert self.rows()["Mirror Stripe objects"] == ("billing.mirror_objects", 60, False)

    def test_what_left_the_table_goes_and_what_others_made_stays(self):
        write_schedule()
        interval = PeriodicTask.objects.first().interval
        PeriodicTask.objects.create(name="Old", task="billing.old_work", interval=interval)
        PeriodicTask.objects.create(name="Theirs", task="elsewhere.work", interval=interval)
        write_schedule()
        assert "Old" not in self.rows()
        assert "Theirs" in self.rows()

    def test_a_changed_interval_is_set_right(self):
        write_schedule()
        entry = PeriodicTask.objects.get(task="billing.sweep_webhooks")
        entry.interval = PeriodicTask.objects.get(task="analytics.check_ledger").interval
        entry.save()
        write_schedule()
        assert self.rows()["Process due webhooks"][1] == 60
