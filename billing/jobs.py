"""Run a job once at a time, once a slot, and from where its last run came to.

The run's row in the table is the lock: it works behind a pooler, outlives the broker, and is the job's history. It
holds a lease that the work renews at each step; a run that was killed is found by the next, which goes on from its
progress.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.redaction import redact_text
from billing.models import JobRun
from billing.models.job_run import RunStatus

LEASE = timedelta(seconds=90)  # longer than the longest time-out of one request to Stripe, with its retries
KEPT = timedelta(days=14)


class AlreadyRunning(Exception):
    """Somebody else runs the job, or its slot was served."""


class TakenOver(Exception):
    """The lease ended and another run began: stop, and write nothing more."""


@dataclass(slots=True)
class Run:
    """A run that holds its lease. `progress` is where the last run stopped, {} where that ended as done."""

    row: JobRun
    clock: Callable[[], datetime]

    @property
    def progress(self) -> dict[str, Any]:
        progress: dict[str, Any] = self.row.progress
        return progress

    def renew(self, progress: dict[str, Any] | None = None, counts: dict[str, Any] | None = None) -> None:
        """Note how far it came and hold the lease further; in the caller's transaction, where one is open, so that
        work and progress are committed together. Raises TakenOver."""
        self.row.progress = self.row.progress if progress is None else progress
        self.row.counts = self.row.counts if counts is None else counts
        self.row.lease_until = self.clock() + LEASE
        self._save(progress=self.row.progress, counts=self.row.counts, lease_until=self.row.lease_until)

    def finish(self, status: RunStatus, error: str = "") -> None:
        """Raises TakenOver."""
        self._save(
            status=status,
            error=redact_text(error)[:2000],
            finished_at=self.clock(),
            progress=self.row.progress,
            counts=self.row.counts,
        )

    def _save(self, **values: Any) -> None:
        if not JobRun.objects.filter(pk=self.row.pk, status=RunStatus.RUNNING).update(**values):
            raise TakenOver(f"{self.row.job} was taken over by another run.")


@contextmanager
def running(job: str, *, slot: datetime | None = None, clock: Callable[[], datetime] = timezone.now) -> Iterator[Run]:
    """Hold the job for the block. Its row ends as done, or as failed with the error, which is raised again.

    `slot` is the tick that asked: served once, however many schedulers tick. No transaction is open while it runs.
    Raises AlreadyRunning, and TakenOver from within where the lease was lost.
    """
    run = Run(_begin(job, slot, clock()), clock)
    try:
        yield run
    except TakenOver:
        raise
    except BaseException as error:
        run.finish(RunStatus.FAILED, f"{type(error).__name__}: {error}")
        raise
    run.finish(RunStatus.DONE)


def slot_of(now: datetime, every: timedelta) -> datetime:
    """The tick that `now` belongs to: multiples of `every` since the epoch, UTC."""
    seconds = every.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)


@transaction.atomic
def _begin(job: str, slot: datetime | None, now: datetime) -> JobRun:
    JobRun.objects.filter(job=job).abandoned(now=now).update(status=RunStatus.LOST, finished_at=now)
    last = JobRun.objects.filter(job=job).exclude(status=RunStatus.RUNNING).order_by("-id").first()
    progress = last.progress if last is not None and last.status != RunStatus.DONE else {}
    row = JobRun(job=job, slot=slot, started_at=now, lease_until=now + LEASE, progress=progress)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as conflict:
        raise AlreadyRunning(f"{job} is running already, or this tick was served.") from conflict
    return row


def forget_old(*, now: datetime) -> int:
    """Delete runs of more than 14 days ago, but of each job the newest."""
    newest = JobRun.objects.order_by("job", "-id").distinct("job").values("pk")
    old = JobRun.objects.filter(started_at__lt=now - KEPT).exclude(status=RunStatus.RUNNING)
    return old.exclude(pk__in=newest).delete()[0]
