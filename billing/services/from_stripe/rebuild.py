"""Everything again from Stripe: after events were lost for good, or a database without its snapshots."""

from typing import Any

from django.utils import timezone

from billing.inbox.backfill import REBUILD_JOB
from billing.jobs import running
from billing.services.from_stripe.place import Place
from billing.services.from_stripe.walk import Progress, Walk, tell_nobody


def rebuild_from_stripe(*, restart: bool = False, progress: Progress = tell_nobody) -> dict[str, Any]:
    """Bring snapshots and typed rows to what Stripe has, and make all due for the mirror; returns counts by type.

    Runs beside the inbox, and reads at the pace of scheduled work. Killed, or where Stripe failed, the next run goes
    on at the page where it stopped, unless `restart`. Raises AlreadyRunning, and the faults of
    `billing.gateway.errors`.
    """
    with running(REBUILD_JOB) as run:
        place = Place.of({} if restart else run.progress, now=timezone.now())
        walk = Walk(
            place,
            save=lambda: run.renew(place.as_progress(), place.counts()),
            hold=run.renew,
            progress=progress,
        )
        walk.to_the_end()
        run.renew(place.as_progress(), place.counts())
    return place.counts()
