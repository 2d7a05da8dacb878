"""Verify, and keep what was found: staff see it with its time."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import connection
from django.utils import timezone

from audit.models import Verification
from audit.verification.plan import Head
from audit.verification.run import Outcome, Progress, verify

KEPT = 400
OURS = ("cursor_factory", "context", "prepare_threshold", "server_side_binding")


def verify_and_keep(
    *,
    chain: int | None = None,
    anchored: Mapping[int, Head] | None = None,
    against: str = "",
    processes: int = 1,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """A run over all chains is kept, also one that could not end (`intact` is None then). Raises psycopg.Error."""
    run = Verification(started_at=timezone.now(), against=against)
    if chain is None:
        run.save()
    outcome = verify(parameters(), chain=chain, anchored=anchored, processes=processes, progress=progress)
    if chain is None:
        run.finished_at, run.intact = timezone.now(), outcome.intact
        run.chains, run.entries = outcome.chains, outcome.entries
        run.faults = [asdict(fault) for fault in outcome.faults]
        run.save()
        Verification.objects.filter(pk__lte=run.pk - KEPT).delete()
    return outcome


def parameters() -> dict[str, Any]:
    """Those of our own connection, for psycopg alone."""
    return {name: value for name, value in connection.get_connection_params().items() if name not in OURS}
