"""Ask Stripe about the objects that the events alone cannot settle."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

from django.db import connection
from prometheus_client import Counter

from billing.gateway.errors import Refused, StripeFault
from billing.gateway.objects import fetch
from billing.projection.sighting import Applied, Fetched

fetches_total = Counter("webhook_object_fetches_total", "Objects fetched because events alone left a doubt", ["type"])

AT_ONCE = 4
"""Requests that are under way at the same time: one after the other, the way to Stripe would set the inbox's pace."""


@dataclass(slots=True)
class Answers:
    """What Stripe said; `faults` are of the objects, by id, for which there is no answer."""

    fetched: list[Fetched] = field(default_factory=list)
    faults: dict[str, StripeFault] = field(default_factory=dict)


@dataclass(slots=True)
class _Questions:
    """`left` are (id, type); `silence` is why nobody asks on."""

    left: deque[tuple[str, str]]
    versions: dict[str, int]
    answers: Answers = field(default_factory=Answers)
    silence: StripeFault | None = None

    def ask(self) -> None:
        """One after the other until none is left; as many as like may do so at once."""
        while self.left and self.silence is None:
            self.ask_one()

    def ask_one(self) -> None:
        try:
            stripe_id, object_type = self.left.popleft()
        except IndexError:  # somebody else took the last one
            return
        self._ask_of(stripe_id, object_type)

    def ask_apart(self) -> None:
        """In a thread, which has a connection of its own."""
        try:
            self.ask()
        finally:
            connection.close()

    def _ask_of(self, stripe_id: str, object_type: str) -> None:
        fetches_total.labels(object_type).inc()
        try:
            snapshot = fetch(object_type, stripe_id)
        except StripeFault as fault:
            self.answers.faults[stripe_id] = fault
            self.silence = self.silence if isinstance(fault, Refused) else fault
        else:
            self.answers.fetched.append(Fetched(stripe_id, object_type, snapshot, self.versions[stripe_id]))


def fetch_doubtful(applied: Applied) -> Answers:
    """One request an object, however many events are about it. No transaction is open.

    A refusal is the object's own. Where Stripe is busy or silent, it is not asked for the rest either: each would
    wait for its time-out in turn. The first question is asked alone, so that an outage meets one request.
    """
    questions = _Questions(deque(sorted(applied.doubtful.items())), applied.versions)
    questions.ask_one()
    askers = min(AT_ONCE, len(questions.left))
    if askers < 2 or connection.in_atomic_block:  # other connections see nothing of a test's transaction
        questions.ask()
    elif questions.silence is None:
        with ThreadPoolExecutor(askers) as pool:
            asking = [pool.submit(copy_context().run, questions.ask_apart) for _ in range(askers)]
        for one in asking:
            one.result()
    silence = questions.silence
    if silence is not None:
        questions.answers.faults |= {stripe_id: silence for stripe_id, _ in questions.left}
    questions.answers.fetched.sort(key=lambda one: one.stripe_id)
    return questions.answers
