"""Fetch the events that no webhook brought: after an outage, a wrong secret, a lost delivery.

Stripe lists its events of the last 30 days. They are read forward, page by page, from a few minutes before the newest
one that was read before (the watermark), and stored as the webhook would have stored them; those that came are known
by their id. What is older than Stripe's list is a gap that only the objects themselves can close.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from billing.enqueue import enqueue
from billing.gateway.client import Json
from billing.gateway.listing import list_page
from billing.inbox.receive import receive_missed
from billing.jobs import Run, running
from billing.models import JobRun
from billing.models.job_run import RunStatus

JOB = "backfill_stripe_events"
REBUILD_JOB, REBUILD_TASK = "rebuild_from_stripe", "billing.rebuild_from_stripe"
OVERLAP = timedelta(minutes=10)  # an event may become visible later than a younger one
KEPT_BY_STRIPE = timedelta(days=30)
FIRST_LOOK = timedelta(days=1)  # of a new installation, which has no older events to miss

Progress = Callable[[dict[str, int]], None]
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far Stripe's events were read: to the event of `created`; and at `complete_at` nothing was left to read.

    `gap` is when events were found to be lost, beyond Stripe's list: everything is to be read again by object."""

    event: str = ""
    created: datetime | None = None
    complete_at: datetime | None = None
    gap: datetime | None = None

    @classmethod
    def last(cls) -> "Watermark":
        """That of the newest run that had one; a run that ended well hands no progress on by itself."""
        row = JobRun.objects.filter(job=JOB, progress__has_key="event").order_by("-id").first()
        return cls.of(row.progress) if row else cls()

    @classmethod
    def of(cls, progress: dict[str, Any]) -> "Watermark":
        times = {name: _time(progress.get(name)) for name in ("created", "complete_at", "gap")}
        return cls(event=progress["event"], **times)

    def as_progress(self) -> dict[str, Any]:
        times = {"created": self.created, "complete_at": self.complete_at, "gap": self.gap}
        return {"event": self.event, **{name: at.isoformat() if at else None for name, at in times.items()}}

    def start(self, *, now: datetime) -> datetime:
        """From when on events are read again."""
        if self.created is None:
            return self.complete_at - OVERLAP if self.complete_at else now - FIRST_LOOK
        return min(self.created, now) - OVERLAP

    def has_lost(self, *, now: datetime) -> bool:
        """Whether Stripe has forgotten events that were never read. A quiet account has an old watermark too, but
        was read to its end since."""
        read_until = max((at for at in (self.created, self.complete_at) if at), default=None)
        return read_until is not None and read_until < now - KEPT_BY_STRIPE


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def backfill(
    *,
    now: datetime,
    since: datetime | None = None,
    slot: datetime | None = None,
    progress: Progress = lambda counts: None,
) -> dict[str, int]:
    """Read Stripe's events from the watermark, or from `since`, to the newest; returns counts by word.

    Each page is committed with the watermark, so that a run that was killed is gone on with. `progress` is called
    after each. Raises AlreadyRunning, and the faults of `billing.gateway.errors`.
    """
    mark = Watermark.last()
    with running(JOB, slot=slot) as run:
        mark = _with_gap(mark, now=now)
        run.renew(mark.as_progress(), {"read": 0, "new": 0, "pages": 0})
        for rows in pages_since(since or mark.start(now=now)):
            mark = _store(run, rows, mark, now=now)
            progress(run.row.counts)
        run.renew(Watermark(mark.event, mark.created, now, mark.gap).as_progress())
        counts: dict[str, int] = run.row.counts
    return counts


@transaction.atomic
def _store(run: Run, rows: list[Json], mark: Watermark, *, now: datetime) -> Watermark:
    """One page, newest first as Stripe sorts, with the watermark behind it."""
    new = receive_missed([json.dumps(row).encode() for row in reversed(rows)], now=now)
    mark = Watermark(str(rows[0]["id"]), _created(rows[0]), mark.complete_at, mark.gap)
    counts = run.row.counts
    run.renew(
        mark.as_progress(),
        {"read": counts["read"] + len(rows), "new": counts["new"] + new, "pages": counts["pages"] + 1},
    )
    return mark


def pages_since(start: datetime) -> Iterator[list[Json]]:
    """Stripe's events from `start` on, oldest page first, each page newest first."""
    before = list_page("event", created_to=start, extra={"limit": 1}).last_id
    if not before:
        oldest = _oldest_page(start)
        if not oldest:
            return
        yield oldest
        before = str(oldest[0]["id"])
    while True:
        page = list_page("event", extra={"ending_before": before})
        if page.rows:
            yield page.rows
            before = str(page.rows[0]["id"])
        if not page.has_more:
            return


def _oldest_page(start: datetime) -> list[Json]:
    """The oldest events of the list from `start` on. A cursor needs an event, so where none is older the first one is
    looked for, by halves of the time."""
    page = list_page("event", created_from=start)
    if not page.has_more:
        return page.rows
    low, high = start, _created(page.rows[0]) + timedelta(seconds=1)
    while page.has_more and high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        older = list_page("event", created_from=low, created_to=middle)
        if older.rows:
            page, high = older, middle
        else:
            low = middle
    while page.has_more:  # of one second
        page = list_page("event", created_from=low, created_to=high, starting_after=page.last_id)
    return page.rows


def _created(event: Json) -> datetime:
    return datetime.fromtimestamp(event["created"], tz=UTC)


def _with_gap(mark: Watermark, *, now: datetime) -> Watermark:
    """Note a gap, and have everything read again by object until that was done."""
    gap = mark.gap
    if mark.has_lost(now=now):
        gap = timezone.now()
        logger.warning("stripe_events_lost", read_until=str(mark.complete_at or mark.created))
    if gap and JobRun.objects.filter(job=REBUILD_JOB, status=RunStatus.DONE, started_at__gte=gap).exists():
        gap = None
    if gap:
        enqueue(REBUILD_TASK)
    return Watermark(mark.event, mark.created, mark.complete_at, gap)
