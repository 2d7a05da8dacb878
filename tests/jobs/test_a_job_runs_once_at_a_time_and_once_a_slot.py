"""A job's row is its lock, its lease and its history. Row C04."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from billing import jobs
from billing.jobs import AlreadyRunning, TakenOver, running, slot_of
from billing.models import JobRun

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def advance(self, **parts):
        self.now += timedelta(**parts)


@pytest.fixture
def clock():
    return Clock()


def test_a_run_ends_as_done_with_its_counts(db, clock):
    with running("tidy", clock=clock) as run:
        run.renew(counts={"looked": 3})
        clock.advance(seconds=5)
    row = JobRun.objects.get()
    assert (row.status, row.counts, row.finished_at - row.started_at) == ("done", {"looked": 3}, timedelta(seconds=5))


def test_a_second_run_is_refused_while_the_first_holds_its_lease(db, clock):
    with running("tidy", clock=clock), pytest.raises(AlreadyRunning), running("tidy", clock=clock):
        pass
    assert JobRun.objects.count() == 1


def test_other_jobs_run_beside_it(db, clock):
    with running("tidy", clock=clock), running("sweep", clock=clock):
        assert JobRun.objects.filter(status="running").count() == 2


def test_a_slot_is_served_once(db, clock):
    slot = slot_of(START + timedelta(seconds=59), timedelta(minutes=1))
    assert slot == START
    with running("tidy", slot=slot, clock=clock):
        pass
    with pytest.raises(AlreadyRunning), running("tidy", slot=slot, clock=clock):
        pass


def test_a_run_that_fails_says_why_and_the_next_goes_on_from_its_progress(db, clock):
    with pytest.raises(ZeroDivisionError), running("walk", clock=clock) as run:  # noqa: PT012
        run.renew({"page": 7})
        _ = 1 / 0
    assert (JobRun.objects.get().status, JobRun.objects.get().error) == (
        "failed",
        "ZeroDivisionError: division by zero",
    )
    with running("walk", clock=clock) as run:
        assert run.progress == {"page": 7}
    with running("walk", clock=clock) as run:
        assert run.progress == {}


def test_a_killed_run_is_taken_over_when_its_lease_has_ended(db, clock):
    dead = jobs.Run(jobs._begin("walk", None, clock()), clock)
    dead.renew({"page": 2})
    clock.advance(seconds=91)
    with running("walk", clock=clock) as run:
        assert run.progress == {"page": 2}
        with pytest.raises(TakenOver):
            dead.renew({"page": 3})
        assert JobRun.objects.get(pk=dead.row.pk).status == "lost"
    assert JobRun.objects.get(pk=run.row.pk).status == "done"


def test_a_renewed_lease_is_not_taken_over(db, clock):
    with running("walk", clock=clock) as run:
        for _ in range(3):
            clock.advance(seconds=60)
            run.renew()
            with pytest.raises(AlreadyRunning), running("walk", clock=clock):
                pass


def test_of_ten_that_begin_at_once_one_runs(committing):
    barrier, began, refused = Barrier(10), [], []

    def begin():
        try:
            barrier.wait(60)
            began.append(jobs._begin("walk", None, START))
        except AlreadyRunning:
            refused.append(1)
        finally:
            connection.close()

    threads = [Thread(target=begin) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(began), len(refused)) == (1, 9)


def test_old_runs_are_forgotten_but_the_newest_of_each_job(db, clock):
    for job in ("walk", "walk", "tidy"):
        with running(job, clock=clock):
            pass
    assert jobs.forget_old(now=START + timedelta(days=20)) == 1
    assert sorted(JobRun.objects.values_list("job", flat=True)) == ["tidy", "walk"]
