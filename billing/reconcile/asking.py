"""Ask for a reconciliation, and run what was asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from billing.enqueue import enqueue
from billing.jobs import AlreadyRunning, running
from billing.models import ReconciliationRun
from billing.models.reconciliation import UNFINISHED
from billing.reconcile.passes import NOUNS
from billing.reconcile.run import reconcile

JOB = "reconcile"
TASK = "billing.reconcile"


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


__all__ = ["AlreadyRunning", "CannotReconcile", "ask", "ask_a_worker", "carry_out", "unfinished"]
