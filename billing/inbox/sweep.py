"""The pass that the schedule asks for: once a slot, never beside itself, with a history (S1.25)."""

from datetime import datetime, timedelta

from django.utils import timezone

from billing.enqueue import enqueue
from billing.inbox.claim import LEASE, next_lease_end
from billing.inbox.process import Tally, process_due
from billing.inbox.receive import PROCESS_TASK
from billing.jobs import AlreadyRunning, running

JOB = "process_webhooks"


def sweep_on_schedule(*, slot: datetime) -> None:
    """The pass that the schedule asks for. Where another has it, what is due is done all the same: whoever runs that
    one may be dead, and is taken for alive for longer than the time between two ticks."""
    try:
        sweep(slot=slot)
    except AlreadyRunning:
        process_due()
        _look_again_after_leases()


def sweep(*, slot: datetime | None = None, limit: int | None = None) -> Tally:
    """Process what is due and note what came of it. Events that fail do not fail the pass.

    Raises AlreadyRunning where another pass is on its way, or the slot was served.
    """
    with running(JOB, slot=slot) as run:
        tally = process_due(limit=limit, after_each=lambda so_far: run.renew(counts=counts(so_far)))
        run.renew(counts=counts(tally))
    _look_again_after_leases()
    return tally


def counts(tally: Tally) -> dict[str, int]:
    return {"processed": tally.processed, "succeeded": tally.succeeded, "failed": tally.failed}


def _look_again_after_leases() -> None:
    """Whoever holds events now may be dead: have somebody look when the lease ends, not a whole sweep later."""
    end = next_lease_end()
    if end is not None:
        enqueue(PROCESS_TASK, after=min(max(end - timezone.now(), timedelta(0)), LEASE) + timedelta(seconds=1))
