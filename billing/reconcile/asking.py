"""Ask for a reconciliation, and run what was asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actor import SYSTEM, Actor, ActorKind
from audit.context import acting
from billing.enqueue import enqueue
from billing.jobs import AlreadyRunning, running, slot_of
from billing.models import JobRun, ReconciliationRun
from billing.models.reconciliation import UNFINISHED
from billing.reconcile.passes import NOUNS
from billing.reconcile.run import reconcile

JOB = "reconcile"
TASK = "billing.reconcile_now"
DAY, NIGHT = timedelta(days=1), timedelta(hours=2)
"""The daily run begins at 02:00 UTC."""


class CannotReconcile(Exception):
    """Nothing of that name is compared."""


def ask(
    *, by: Actor, full: bool = False, nouns: Sequence[str] = (), since: datetime | None = None
) -> ReconciliationRun:
    """The unfinished run where there is one, whatever its scope, else a new one. Raises CannotReconcile."""
    unknown = sorted(set(nouns) - set(NOUNS))
    if unknown:
        raise CannotReconcile(f"There is no {', '.join(unknown)} to compare; there are {', '.join(NOUNS)}.")
    going = unfinished()
    if going is not None:
        return going
    try:
        with transaction.atomic():
            return ReconciliationRun.objects.create(
                full=full, nouns=sorted(nouns), since=since, asked_by_kind=by.kind, asked_by_id=by.id
            )
    except IntegrityError:  # somebody else asked in the same moment
        going = unfinished()
        if going is None:
            raise
        return going


def ask_a_worker(
    *, by: Actor, full: bool = False, nouns: Sequence[str] = (), since: datetime | None = None
) -> ReconciliationRun:
    """As `ask`; a worker does it. Where the doorbell is not heard, the next daily run goes on with it."""
    run = ask(by=by, full=full, nouns=nouns, since=since)
    enqueue(TASK)
    return run


def unfinished() -> ReconciliationRun | None:
    return ReconciliationRun.objects.filter(status__in=UNFINISHED).order_by("pk").first()


def carry_out(
    run: ReconciliationRun,
    *,
    by: Actor,
    slot: datetime | None = None,
    clock: Callable[[], datetime] = timezone.now,
    tell: Callable[[str, int], object] = lambda noun, checked: None,
) -> ReconciliationRun:
    """Run it to its end, from where it stopped. Raises AlreadyRunning where somebody is at it, and what `reconcile`
    raises."""
    with acting(by, source="reconcile"), running(JOB, slot=slot, clock=clock) as job:
        run.refresh_from_db()
        reconcile(run, job, tell)
    return run


def resume_reconciliation() -> ReconciliationRun | None:
    """Carry on with the unfinished run; None where there is none, or somebody is at it."""
    run = unfinished()
    return _quietly(run, None) if run is not None else None


def reconcile_in_slot(*, now: datetime) -> ReconciliationRun | None:
    """The day's run, from 02:00 UTC on, once however many ticks there are; before, what was interrupted goes on."""
    slot = slot_of(now - NIGHT, DAY) + NIGHT
    if JobRun.objects.filter(job=JOB, slot=slot).exists():
        return resume_reconciliation()
    return _quietly(ask(by=SYSTEM), slot)


def _quietly(run: ReconciliationRun, slot: datetime | None) -> ReconciliationRun | None:
    try:
        return carry_out(run, by=_asker(run), slot=slot)
    except AlreadyRunning:
        return None


def _asker(run: ReconciliationRun) -> Actor:
    return Actor(ActorKind(run.asked_by_kind), run.asked_by_id)


__all__ = [
    "AlreadyRunning",
    "CannotReconcile",
    "ask",
    "ask_a_worker",
    "carry_out",
    "reconcile_in_slot",
    "resume_reconciliation",
    "unfinished",
]
