"""Read a whole account into this installation without a write to Stripe, and report what differs.

In phases, each resumable: the events of 30 days (they alone tell facts), every object, the history of subscriptions
before the events, the report. It may run again and again beside the old system, until the cut-over.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import SYSTEM, Actor
from audit.context import acting
from audit.record import record
from billing.enqueue import enqueue
from billing.inbox.backfill import KEPT_BY_STRIPE, backfill
from billing.inbox.process import process_due
from billing.jobs import Run, running
from billing.models import StripeObject, WebhookEvent
from billing.models.webhook_event import EventStatus
from billing.projection.snapshot import TooEarly
from billing.services.from_stripe.place import NOUNS, Place
from billing.services.from_stripe.walk import Walk
from billing.services.importing.comparing import MONEY, compare, is_clean
from billing.services.importing.histories import record_histories

JOB = "import_stripe"
CHECK_LEDGER_TASK = "analytics.check_ledger"
PROCESSED_AT_ONCE = 500
PHASES = ("events", "objects", "histories")

Progress = Callable[[str], None]


def import_shadow(
    *, now: datetime, restart: bool = False, progress: Progress = lambda words: None, by: Actor = SYSTEM
) -> dict[str, Any]:
    """Bring the account here and return the report, which is kept as the run's counts.

    Reads at Stripe only: a key without write permission does. Killed, or where Stripe failed, the next run goes on
    where it stopped, unless `restart`. `progress` is told in words. Raises AlreadyRunning, and the faults of
    `billing.gateway.errors`.
    """
    with acting(by, source="import"), running(JOB) as run:
        if restart or "phase" not in run.progress:
            run.renew({"phase": PHASES[0], "began": now.isoformat()}, {})
        for phase in PHASES[PHASES.index(run.progress["phase"]) :]:
            run.renew({**run.progress, "phase": phase})
            WORK[phase](run, now, progress)
        report = _report(run)
        with transaction.atomic():
            run.renew(run.progress, report)
            counted = {"clean": report["clean"], "unexplained": report["unexplained_count"]}
            record("import.reported", target=("import", str(run.row.pk)), organization_id=None, after=counted)
        enqueue(CHECK_LEDGER_TASK)  # facts of before the events moved nothing by themselves
    return report


def _events(run: Run, now: datetime, progress: Progress) -> None:
    def told(counts: dict[str, int]) -> None:
        run.renew()
        progress(f"events: {counts['read']} read, {counts['new']} new")

    backfill(now=now, since=now - KEPT_BY_STRIPE, progress=told)
    while process_due(limit=PROCESSED_AT_ONCE).succeeded:
        run.renew()
        progress("events: being applied")


def _objects(run: Run, now: datetime, progress: Progress) -> None:
    place = Place.of(run.progress.get("place", {}), now=timezone.now())

    def save() -> None:
        run.renew({**run.progress, "place": place.as_progress()})

    def tell(place: Place) -> None:
        progress(f"{place.noun}: {place.done[place.noun]}, {place.done.total()} objects in all")

    Walk(place, save=save, hold=run.renew, watch=compare, progress=tell).to_the_end()
    save()


def _histories(run: Run, now: datetime, progress: Progress) -> None:
    at = run.progress.get("history", {"after": 0, "facts": 0})
    while True:
        with transaction.atomic():
            after, facts = record_histories(after=at["after"])
            if not after:
                return
            at = {"after": after, "facts": at["facts"] + facts}
            run.renew({**run.progress, "history": at})
        progress(f"histories: {at['facts']} subscriptions from before the events")


WORK: dict[str, Callable[[Run, datetime, Progress], None]] = {
    "events": _events,
    "objects": _objects,
    "histories": _histories,
}


def _report(run: Run) -> dict[str, Any]:
    place = Place.of(run.progress["place"], now=timezone.now())
    amounts = place.kept.get("amounts", {})
    report: dict[str, Any] = {
        "began": run.progress["began"],
        "ended": timezone.now().isoformat(),
        "events": _events_report(),
        "objects": {noun: _counts(noun, place, amounts.get(noun, {})) for noun in NOUNS},
        "amounts": {noun: amounts.get(noun, {}) for noun in MONEY},
        "unexplained": place.kept.get("unexplained", []),
        "unexplained_count": place.kept.get("unexplained_count", 0),
        "histories": run.progress.get("history", {}).get("facts", 0),
    }
    return {**report, "clean": is_clean(report)}


def _events_report() -> dict[str, int]:
    """`of_nobody`: all objects were read since, and none of them says whose these are."""
    unfinished = (EventStatus.RECEIVED, EventStatus.FAILED, EventStatus.DEAD)
    waiting = WebhookEvent.objects.filter(status__in=unfinished)
    of_nobody = waiting.filter(error_code=TooEarly.__name__).count()
    return {
        "stored": WebhookEvent.objects.count(),
        "unprocessed": waiting.count() - of_nobody,
        "of_nobody": of_nobody,
    }


def _counts(noun: str, place: Place, amounts: dict[str, Any]) -> dict[str, int]:
    """`there` are the objects that Stripe showed, `here` those of them that were stored."""
    stored = StripeObject.objects.filter(object_type=noun, listed_at__gte=place.began, deleted=False).count()
    counts = Counter(there=place.done[noun], here=stored)
    unstored = counts["there"] - stored
    nobodys = sum(cell["of_no_customer"][0] for cell in amounts.values() if "of_no_customer" in cell)
    return {**counts, "of_no_customer": min(max(unstored, 0), nobodys)}
