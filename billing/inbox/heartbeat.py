"""Hold a claim while Stripe is asked: it may take longer than a lease."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from billing.inbox.claim import Claim

EVERY_SECONDS = 10

logger = structlog.get_logger(__name__)


@contextmanager
def beating(claim: Claim, ids: Sequence[int]) -> Iterator[None]:
    """Renew the lease of these events every ten seconds, until the block ends. The thread has a connection of its
    own, and opens it only when the first ten seconds are over: an ordinary answer takes less."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(claim, list(ids), over), daemon=True, name="inbox-lease")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(claim: Claim, ids: list[int], over: threading.Event) -> None:
    try:
        while not over.wait(EVERY_SECONDS):
            try:
                claim.renew(ids, now=timezone.now())
            except DatabaseError:
                logger.warning("lease_not_renewed", events=len(ids), exc_info=True)
    finally:
        connection.close()
