"""Fetch the events that no webhook brought: from Stripe's list, forward from where the last run came to.

Stripe keeps events for 30 days (https://docs.stripe.com/api/events/list). What happened before them, while nobody
looked, is in no list of events any more: then a gap is noted, which only a comparison of the objects closes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.utils import timezone

from billing.gateway.client import Json
from billing.gateway.errors import Refused
from billing.gateway.listing import list_page, newer_page
from billing.inbox.receive import receive_listed
from billing.jobs import Run, last_done, running
from billing.models import WebhookEvent

JOB = "billing.backfill_events"
OVERLAP = timedelta(minutes=10)  # an event may be listed a little after it was made
FIRST_LOOK = timedelta(days=1)
KEPT_BY_STRIPE = timedelta(days=30)

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Backfilled:
    """`listed` events were seen, `new` of them were missing. `through` is the time of the newest one. `gap_from`:
    from then on, up to 30 days before the run, events may be missing for good."""

    listed: int = 0
    new: int = 0
    through: datetime | None = None
    gap_from: datetime | None = None

    def as_json(self) -> dict[str, object]:
        moments = {"through": self.through, "gap_from": self.gap_from}
        return {
            "listed": self.listed,
            "new": self.new,
            **{name: at and at.isoformat() for name, at in moments.items()},
        }


def backfill(*, since: datetime | None = None, slot: datetime | None = None) -> Backfilled:
    """Store every event of Stripe's list that is not here. `since` (UTC) looks from that time on instead of from the
    watermark.

    The place is noted with each page, so that a run that was killed goes on there. Raises AlreadyRunning, and the
    faults of `billing.gateway.errors` where Stripe does not answer: the next run goes on.
    """
    with running(JOB, slot=slot) as run:
        done = Backfilled(through=_watermark())
        if since is None:
            done.gap_from = _gap(done.through, timezone.now())
        for rows, place in _pages(run, since, done.through):
            _store(rows, done)
            run.renew(progress=place, counts=done.as_json())
        run.renew(progress={}, counts=done.as_json())
    if done.new:
        logger.warning("events_backfilled", new=done.new, listed=done.listed)
    if done.gap_from:
        logger.error("events_lost_for_good", gap_from=done.gap_from.isoformat())
    return done


def _store(rows: list[Json], done: Backfilled) -> None:
    done.new += receive_listed([json.dumps(row).encode() for row in rows], now=timezone.now())
    done.listed += len(rows)
    newest = max((datetime.fromtimestamp(row["created"], tz=UTC) for row in rows), default=None)
    done.through = max(filter(None, (done.through, newest)), default=None)


Place = dict[str, object]


def _pages(run: Run, since: datetime | None, through: datetime | None) -> Iterator[tuple[list[Json], Place]]:
    """Pages with the place that a later run goes on from: forward from an event that is here, where Stripe knows it
    still; else all since a time, backward."""
    kept = run.progress
    if since is None and "since" not in kept:
        cursor = str(kept.get("cursor") or "") or _known_before(through)
        if cursor:
            try:
                yield from _forward(cursor)
            except Refused as refusal:
                if refusal.code != "resource_missing":
                    raise
            else:
                return
    start = since or _moment(kept.get("since")) or (through - OVERLAP if through else timezone.now() - FIRST_LOOK)
    yield from _backward(start, str(kept.get("after") or "") if since is None else "")


def _forward(cursor: str) -> Iterator[tuple[list[Json], Place]]:
    while True:
        page = newer_page("event", ending_before=cursor)
        if page.rows:
            cursor = str(page.rows[0]["id"])
            yield page.rows, {"cursor": cursor}
        if not page.has_more:
            return


def _backward(start: datetime, after: str) -> Iterator[tuple[list[Json], Place]]:
    while True:
        page = list_page("event", created_from=start, starting_after=after)
        after = page.last_id
        yield page.rows, {"since": start.isoformat(), "after": after}
        if not page.has_more:
            return


def _known_before(through: datetime | None) -> str:
    """An event of ours from a little before the watermark, to start from; "" for none."""
    if through is None:
        return ""
    known = WebhookEvent.objects.filter(stripe_created_at__lte=through - OVERLAP).exclude(
        stripe_event_id__startswith="evt_test_"
    )
    newest = known.order_by("-stripe_created_at", "-id").values_list("stripe_event_id", flat=True).first()
    return newest or ""


def _watermark() -> datetime | None:
    last = last_done(JOB)
    return _moment(last.counts.get("through")) if last else None


def _gap(through: datetime | None, now: datetime) -> datetime | None:
    """Where the last complete look is longer ago than Stripe keeps events."""
    last = last_done(JOB)
    if last is None or last.finished_at is None or last.finished_at >= now - KEPT_BY_STRIPE:
        return None
    return through or last.finished_at


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
