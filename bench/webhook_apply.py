"""How fast one worker turns stored events into typed rows, against the same work event by event through the ORM and
against dj-stripe's own webhook; whether the order matters; what Stripe is asked; and how fast the mirror follows.

One Celery task an event is not measured: it is the ORM's way with the cost of a task on top.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from bench import inbox_drain
from bench.client import Load
from bench.djstripe_peer import by_djstripe
from bench.emptying import empty_djstripe, empty_typed_tables
from bench.lived_company import about_few_customers, events_of_a_company, in_an_order
from bench.orm_peer import one_by_one
from bench.rounds import Figures, Ratio, Result, in_turns
from bench.scale import Scale
from bench.stripe_calls import counted_calls
from billing.inbox.mirror_queue import mirror_due
from billing.inbox.process import process_due
from billing.inbox.receive import receive_missed
from billing.models import StripeObject
from config.settling import settle
from tests.inbox.signups import state

Json = dict[str, Any]
LATENCY_SECONDS = 0.1
TOLD_TWICE = 0.1
AT_ONCE = 1000
"""Events that are stored by one statement, before the time is taken."""
LATER = timedelta(hours=1)
OURS, OURS_LATE = "billing.inbox", "billing.inbox, Stripe 100 ms away"
ORM, ORM_LEAN = "ORM, event by event", "ORM, event by event, no effects"
DJSTRIPE, DJSTRIPE_LATE = "dj-stripe's webhook", "dj-stripe's webhook, Stripe 100 ms away"
MIRROR = "our mirror, an object each"


class Contest:
    """The events, and what was learned beside the times: Stripe's answers by contestant, and the final states."""

    def __init__(self, events: Sequence[Json], scale: Scale) -> None:
        self.events = events
        self.some = about_few_customers(events, max(len(events) // 8, 20))
        self.few = about_few_customers(events, max(scale.requests // 20, 10))
        self.calls: Counter[str] = Counter()
        self.events_told: Counter[str] = Counter()
        self.states: set[str] = set()
        self.events_an_object = 0.0

    def ours(self, name: str, number: int, latency: float) -> Load:
        empty_typed_tables()
        store(in_an_order(self.events, number, twice=TOLD_TWICE))
        with counted_calls(latency=latency) as calls:
            load = drained(len(self.events))
        self._count(name, calls.made, len(self.events))
        self.states.add(digest())
        return load

    def mirror(self, number: int) -> Load:
        """After ours: what is due for dj-stripe of a few customers, until nothing is."""
        empty_djstripe()
        names = {one["data"]["object"].get("id") for one in self.few}
        StripeObject.objects.exclude(stripe_id__in=names).update(mirror_due_at=None)
        began = time.perf_counter()
        with counted_calls() as calls:
            tally = mirror_due(seconds=600)
        seconds = time.perf_counter() - began
        self._count(MIRROR, calls.made, tally.synced)
        self.events_an_object = len(self.few) / tally.synced
        return Load([seconds / tally.synced] * tally.synced, {200: tally.synced, 500: tally.failed}, seconds)

    def orm(self, number: int, *, effects: bool) -> Load:
        empty_typed_tables()
        store(in_an_order(self.some, number))
        return one_by_one(effects=effects)

    def djstripe(self, name: str, number: int, latency: float) -> Load:
        empty_djstripe()
        with counted_calls(latency=latency) as calls:
            load = by_djstripe(in_an_order(self.few, number))
        self._count(name, calls.made, len(self.few))
        return load

    def _count(self, name: str, calls: int, events: int) -> None:
        self.calls[name] += calls
        self.events_told[name] += events

    def calls_an_event(self, name: str) -> float:
        return self.calls[name] / self.events_told[name]


def measure(base: str, scale: Scale) -> list[Result]:
    """In this process, as one worker (peers too); a "request" is an event, and its time its part of the whole."""
    settle()
    contest = Contest(events_of_a_company(settings.STRIPE_API_BASE, scale.company), scale)
    contestants: dict[str, Callable[[int], Load]] = {
        OURS: lambda number: contest.ours(OURS, number, 0),
        MIRROR: contest.mirror,
        OURS_LATE: lambda number: contest.ours(OURS_LATE, number, LATENCY_SECONDS),
        ORM: lambda number: contest.orm(number, effects=True),
        ORM_LEAN: lambda number: contest.orm(number, effects=False),
        DJSTRIPE: lambda number: contest.djstripe(DJSTRIPE, number, 0),
        DJSTRIPE_LATE: lambda number: contest.djstripe(DJSTRIPE_LATE, number, LATENCY_SECONDS),
    }
    figures = in_turns(scale.rounds, contestants)
    applied = Result("webhook-apply, one worker", list(figures.values()), _ratios(contest, figures))
    return [applied, inbox_drain.measure(scale)]


def _ratios(contest: Contest, figures: dict[str, Figures]) -> list[Ratio]:
    rate = {name: one.per_second for name, one in figures.items()}
    return [
        Ratio("events", len(contest.events)),
        Ratio("ours / ORM, events a second", rate[OURS] / rate[ORM], at_least=10),
        Ratio("ours / ORM without effects, events a second", rate[OURS] / rate[ORM_LEAN], at_least=10),
        Ratio("ours / dj-stripe, events a second", rate[OURS] / rate[DJSTRIPE], at_least=50),
        Ratio("ours / dj-stripe at 100 ms, events a second", rate[OURS_LATE] / rate[DJSTRIPE_LATE], at_least=50),
        Ratio("events a second that the mirror keeps up with", rate[MIRROR] * contest.events_an_object),
        *(Ratio(f"Stripe's answers an event: {name}", contest.calls_an_event(name)) for name in (OURS, DJSTRIPE)),
        Ratio("Stripe's answers an object: the mirror", contest.calls_an_event(MIRROR)),
        Ratio("final states of all orders", len(contest.states), at_most=1),
        Ratio("errors", sum(one.errors for one in figures.values()), at_most=0),
    ]


def store(events: Sequence[Json]) -> None:
    for first in range(0, len(events), AT_ONCE):
        bodies = [json.dumps(one).encode() for one in events[first : first + AT_ONCE]]
        receive_missed(bodies, now=timezone.now())


def drained(count: int) -> Load:
    """Until nothing is due any more; what came too early without the wait for its next turn."""
    began = time.perf_counter()
    succeeded = process_due().succeeded
    while again := process_due(now=timezone.now() + LATER).succeeded:
        succeeded += again
    seconds = time.perf_counter() - began
    return Load([seconds / count] * count, {200: succeeded, 500: count - succeeded}, seconds)


def digest() -> str:
    """Of all rows that events make, without our own keys and clocks; of the snapshots what they show, without the
    event that it was seen in: of one second's events that may be any, or Stripe's own answer."""
    told: dict[str, Any] = state()
    told["StripeObject"] = list(
        StripeObject.objects.order_by("stripe_id").values_list("stripe_id", "snapshot", "deleted")
    )
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
