"""What the lanes to all endpoints have in common: the options, the mishaps, the clocks and the books."""

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

from sandbox.jsons import Json
from sandbox.state import outbox
from sandbox.state.clock import Clock
from sandbox.state.outbox import Letter
from sandbox.state.store import Store
from sandbox.webhooks import attempts
from sandbox.webhooks.backoff import Options
from sandbox.webhooks.mishaps import Mishaps
from sandbox.webhooks.posting import Outcome

LOST = Outcome(error="lost on the way (a mishap)")
DROPPED = Outcome(error="the endpoint is disabled")


class Office:
    """`delivered` and `lost` count since the start; `published` makes addresses in a body those that are reached."""

    def __init__(self, store: Store, clock: Clock, wall: Callable[[], float] = time.time) -> None:
        self.store, self.clock, self.wall = store, clock, wall
        self.options, self.mishaps = Options(), Mishaps()
        self.published: Callable[[bytes], bytes] = lambda body: body
        self.delivered = self.lost = 0

    def due(self, endpoint: str, limit: int) -> list[Letter]:
        return outbox.due(self.store, endpoint, self.wall(), self.clock.now, limit)

    def patience(self, endpoint: str) -> float:
        """Seconds until something may be due by itself; the lane is woken for all else."""
        wall, now = self.wall(), self.clock.now
        with self.store.lock:
            soonest = outbox.next_due(self.store, endpoint, False, wall)
            clocked = outbox.next_due(self.store, endpoint, True, now)
        waits = [5.0]
        if soonest is not None:
            waits.append(soonest - wall)
        if clocked is not None and self.clock.following_wall:
            waits.append(clocked - now)
        return max(0.01, min(waits))

    def endpoint(self, endpoint: str) -> Json | None:
        with self.store.lock:
            return self.store.get(endpoint)

    def secrets(self, endpoint: Json) -> list[str]:
        """The present secret and those that were rolled and still count."""
        former = endpoint["_"].get("former", [])
        return [endpoint["_"]["secret"], *(secret for secret, until in former if until > self.clock.now)]

    def met(self, letters: list[Letter]) -> list[Letter]:
        """The letters with their mishaps: some are put off, some come twice, some go to the end of the queue. The
        second copy of a letter has its number with a minus."""
        marked = [letter for letter in map(self.marked, letters) if letter is not None]
        going = [letter for letter in marked if "reorder" not in letter.marks]
        last = [letter for letter in marked if "reorder" in letter.marks]
        if self.options.shuffle:
            self.options.chance.shuffle(going)
        if last:
            Random(last[0].number).shuffle(last)  # noqa: S311 - no secret
        twice = [replace(letter, number=-letter.number) for letter in marked if "duplicate" in letter.marks]
        return going + last + twice

    def marked(self, letter: Letter) -> Letter | None:
        """The letter with the mishaps of this attempt; None when it was put off."""
        options, hit = self.options, self.mishaps.meeting(letter)
        late = next((mishap for mishap in hit if mishap.kind == "delay"), None)
        if late is not None:
            start = self.clock.now if late.of == "clock" else self.wall()
            outbox.postpone(self.store, letter, late.of == "clock", start + late.delay(letter))
            return None
        marks = {mishap.kind for mishap in hit}
        if options.lose and options.chance.random() < options.lose:
            marks.add("lose")
        if options.duplicate and options.chance.random() < options.duplicate:
            marks.add("duplicate")
        return replace(letter, marks=frozenset(marks))

    def settle(self, letter: Letter, outcome: Outcome) -> None:
        """Records an attempt, inside a transaction. Copies leave their trace in the log alone."""
        if outcome is not DROPPED:
            attempts.log(self.store, letter, outcome)
        self.delivered += outcome.delivered
        self.lost += outcome is LOST
        if letter.number < 0:
            return
        if outcome.delivered or outcome in (LOST, DROPPED):
            outbox.remove(self.store, letter)
        else:
            following = self.options.next_attempt(letter.attempts + 1, letter.queued, self.wall())
            outbox.fail(self.store, letter, outcome.problem, following)
