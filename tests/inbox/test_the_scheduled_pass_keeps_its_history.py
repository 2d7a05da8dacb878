"""The pass of the schedule: once a slot, never beside itself, each with what it did (S1.24, S1.25, C04). Row C04."""

import json
from io import StringIO

import pytest
from celery import current_app
from django.core.management import call_command
from django.utils import timezone

from billing import jobs
from billing.inbox import sweep as sweeping
from billing.inbox.claim import claim_fresh
from billing.inbox.receive import receive
from billing.inbox.sweep import JOB, sweep
from billing.models import JobRun, WebhookEvent
from billing.tasks import sweep_webhooks
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import START, customer, encoded, event

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.filterwarnings("ignore")]


def give(count=3):
    for number in range(count):
        receive(encoded(event(f"evt_{number}", about=customer(f"cus_{number}"), created=START)), now=timezone.now())


def test_each_pass_says_what_it_did_and_a_failing_event_does_not_fail_it(mood: Mood):  # noqa: F811
    mood.breaks = lambda event: event.id == "evt_1"
    give()
    sweep()
    row = JobRun.objects.get()
    assert (row.job, row.status, row.counts) == (JOB, "done", {"processed": 3, "succeeded": 2, "failed": 1})


def test_two_schedulers_that_tick_at_once_are_one_pass():
    give()
    sweep_webhooks()
    sweep_webhooks()
    runs = JobRun.objects.filter(job=JOB)
    assert 1 <= runs.count() <= 2  # two where the minute turned between the calls
    assert len(set(runs.values_list("slot", flat=True))) == runs.count()


def test_after_a_day_without_a_scheduler_one_pass_does_all_that_is_due():
    give(40)
    sweep_webhooks()
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"processed"}
    assert JobRun.objects.filter(job=JOB).count() == 1


def test_a_pass_that_died_holds_up_nobody():
    """Its row is taken for running until its lease ends, for longer than the time between two ticks."""
    give()
    with jobs.running(JOB):
        sweep_webhooks()
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"processed"}


def test_beside_a_pass_that_died_with_events_in_hand_somebody_looks_again(monkeypatch):
    rung = []
    monkeypatch.setattr(sweeping, "enqueue", lambda task, *, after: rung.append(task))
    give()
    claim_fresh(500, now=timezone.now())
    with jobs.running(JOB):
        sweep_webhooks()
    assert rung == ["billing.process_webhooks"]


def test_the_command_does_nothing_beside_a_running_pass():
    give()
    out, err = StringIO(), StringIO()
    with jobs.running(JOB):
        call_command("process_webhooks", "--json", stdout=out, stderr=err)
    assert json.loads(out.getvalue()) == {"processed": 0, "succeeded": 0, "failed": 0}
    assert "Another pass is running" in err.getvalue()
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"received"}


def test_a_pass_that_sees_others_holding_events_looks_again_when_their_lease_ends(monkeypatch):
    """A worker that died with events in hand costs a lease, not a lease and a sweep."""
    rung = []
    monkeypatch.setattr(sweeping, "enqueue", lambda task, *, after: rung.append((task, after.total_seconds())))
    sweep()
    assert rung == []
    give()
    claim_fresh(500, now=timezone.now())
    sweep()
    [(task, seconds)] = rung
    assert task == "billing.process_webhooks"
    assert 20 < seconds <= 31
    assert task in current_app.tasks
