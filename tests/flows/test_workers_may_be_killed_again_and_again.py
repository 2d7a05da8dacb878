"""Row F02: whole workers are killed with SIGKILL, over and over, each in the middle of events. The broker would give
their messages back after an hour; the sweep that comes every minute finds the work in the table.
Row F01: of the last worker only the children of its pool are killed, and it goes on. Row C04: two schedulers tick.

WORKER_KILLS=20 is the long form.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from billing.inbox.sweep import JOB
from billing.models import JobRun, WebhookEvent
from tests.flows.arrivals import (
    all_delivered,
    assert_each_has_its_effect_once,
    held,
    hold_back,
    let_go,
    new_customers,
    send_events_to,
    until_everything_arrived,
    waiting_for,
)
from tests.flows.processes import Process, Processes, until
from tests.flows.redis_server import RedisServer

pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]
KILLS = int(os.environ.get("WORKER_KILLS", "3"))
EVENTS = 25
SWEEPS = 2
"""The one that comes within the minute, and one more where the minute turned meanwhile."""
PATIENCE = 300
"""Seconds: a small part of the hour after which the broker would give the messages back."""


@contextmanager
def in_the_middle(processes: Processes, sandbox: str) -> Iterator[Process]:
    """A worker that has claimed all events of a burst, and waits in its transaction for the lock of one of their
    objects."""
    hold_back(sandbox)
    ids = new_customers(sandbox, EVENTS)
    with held(processes.environment["DATABASE_URL"], ids[-1]):
        let_go(sandbox)
        until(lambda: all_delivered(sandbox), what="the arrival of the burst")
        worker = processes.worker()
        claimed = WebhookEvent.objects.filter(object_id__in=ids, status="processing")
        until(lambda: claimed.count() == EVENTS and waiting_for(ids[-1]), what="a worker in the middle of a batch")
        yield worker
    until(lambda: waiting_for(ids[-1]) == 0, what="the end of the dead worker's transaction")
    assert claimed.count() == EVENTS


def test_the_sweep_finds_what_they_held(redis: RedisServer, processes: Processes, sandbox: str) -> None:
    send_events_to(processes.web(), sandbox)
    schedulers = [processes.beat(), processes.beat()]
    for _ in range(KILLS):
        with in_the_middle(processes, sandbox) as worker:
            worker.kill()
    with in_the_middle(processes, sandbox) as worker:
        for child in worker.children():
            os.kill(child, signal.SIGKILL)
    last_kill = timezone.now()
    until_everything_arrived(sandbox, seconds=PATIENCE)
    sweeps = JobRun.objects.filter(job=JOB)
    assert sweeps.filter(started_at__gt=last_kill).count() <= SWEEPS
    assert sweeps.count() == sweeps.values("slot").distinct().count()
    assert WebhookEvent.objects.filter(losses__gt=0).count() >= EVENTS
    assert_each_has_its_effect_once(sandbox)
    assert all(process.running for process in (worker, *schedulers))
