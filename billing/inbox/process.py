"""Turn stored events into rows, facts and effects, in sets.

A batch is claimed (`claim.py`) and finished in one transaction. Where a batch fails, its events are taken one by one,
so that a poisonous one holds up nobody; where it kills its worker, the claim's lease ends and others go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from audit.actor import STRIPE
from audit.context import acting
from billing.enqueue import enqueue
from billing.gateway.errors import StripeFault
from billing.inbox import marks
from billing.inbox.batch import Outcome, run
from billing.inbox.claim import Claim, claim_again, claim_fresh, claim_lost, held
from billing.inbox.fetching import fetch_doubtful
from billing.inbox.heartbeat import beating
from billing.inbox.receive import PROCESS_TASK
from billing.projection.sighting import Fetched

BATCH = 1000
ROUNDS = 3  # how often an object is fetched again because somebody wrote it meanwhile

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Tally:
    """What one pass did. `put_off` are the primary keys of events that failed and are tried again later or dead;
    `early` those among them that came before the object that says whose they are."""

    succeeded: int = 0
    put_off: list[int] = field(default_factory=list)
    early: list[int] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len(self.put_off)

    @property
    def processed(self) -> int:
        return self.succeeded + self.failed

    def add(self, other: "Tally") -> None:
        self.succeeded += other.succeeded
        self.put_off += other.put_off
        self.early += other.early


def process_due(
    *, now: datetime | None = None, limit: int | None = None, after_each: Callable[[Tally], None] = lambda tally: None
) -> Tally:
    """Process every event that is due at `now` (UTC), oldest first, until none is left or `limit` is reached.

    An event is tried once a pass; one that was too early is tried once more at its end. Events that took a worker
    along come last: whatever they do, the others are through. `after_each` batch is given the pass so far.
    """
    total = Tally()
    with acting(STRIPE, source="inbox"):
        for claim in (claim_fresh, claim_lost):
            while limit is None or total.processed < limit:
                wanted = BATCH if limit is None else min(BATCH, limit - total.processed)
                claimed = claim(wanted, now=now or timezone.now(), tried=total.put_off)
                if not claimed.ids:
                    break  # nothing is due, or other workers hold it
                total.add(_process(claimed))
                after_each(total)
        if total.early and total.succeeded:
            _retry_early(total)
    if total.early:
        enqueue(PROCESS_TASK, after=marks.TOO_EARLY_DELAY)
    return total


def _retry_early(total: Tally) -> None:
    """What they waited for has probably just been processed."""
    early, total.early = set(total.early), []
    total.put_off = [event_id for event_id in total.put_off if event_id not in early]
    total.add(_process(claim_again(sorted(early), now=timezone.now())))


def _process(claim: Claim) -> Tally:
    try:
        return _process_together(claim, claim.ids)
    except Exception:
        logger.warning("webhook_batch_failed", events=len(claim.ids), exc_info=True)
    total = Tally()
    for event_id in claim.ids:
        claim.renew(claim.ids, now=timezone.now())
        total.add(_process_alone(claim, event_id))
    return total


def _process_alone(claim: Claim, event_id: int) -> Tally:
    try:
        return _process_together(claim, [event_id])
    except Exception as error:
        logger.warning("webhook_event_failed", row=event_id, exc_info=True)
        return Tally(put_off=[event_id] * marks.fail(event_id, error, claim=claim.token))


def _process_together(claim: Claim, ids: Sequence[int]) -> Tally:
    """Apply the events; then fetch what only Stripe can settle, and apply the rest with the answers."""
    tally = Tally()
    pending, fetched = list(ids), list[Fetched]()
    for _ in range(ROUNDS):
        outcome = _commit(claim, pending, fetched)
        tally.add(Tally(outcome.finished, outcome.early_events[:], outcome.early_events[:]))
        if not outcome.doubtful_events:
            return tally
        with beating(claim, list(outcome.doubtful_events)):
            answers = fetch_doubtful(outcome.applied)
        asked = [(event_id, answers.faults.get(of)) for event_id, of in outcome.doubtful_events.items()]
        tally.add(_postpone(claim, [(event_id, fault) for event_id, fault in asked if fault]))
        pending, fetched = [event_id for event_id, fault in asked if not fault], answers.fetched
    tally.add(_postpone(claim, [(event_id, _contended()) for event_id in pending]))
    return tally


@transaction.atomic
def _commit(claim: Claim, ids: Sequence[int], fetched: Sequence[Fetched]) -> Outcome:
    return run(held(claim, ids), fetched)


def _postpone(claim: Claim, faults: Sequence[tuple[int, StripeFault]]) -> Tally:
    return Tally(put_off=[event_id for event_id, fault in faults if marks.fail(event_id, fault, claim=claim.token)])


def _contended() -> StripeFault:
    return StripeFault("The object changed each time it was fetched.", code="contended")
