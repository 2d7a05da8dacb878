"""Living through time: due work in the order of its moments, in chunks that let requests in between.

Each timeline is lived through for itself: the account's while its clock is moved or follows the wall, a test
clock's in the background. A chunk is one transaction, so a killed process goes on exactly where it was.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.state import failures
from sandbox.state.clock import Clock
from sandbox.state.store import Store

log = logging.getLogger("sandbox")
Work = Callable[[Context, str], None]
CHUNK_SECONDS = 0.05
TICK_SECONDS = 0.5


class Timeline(Protocol):
    """What the engine lives through."""

    @property
    def clock(self) -> str | None:
        """A test clock's id, or None for the account's."""

    def target(self) -> int | None:
        """Up to when; None where there is nothing more to live through."""

    def reach(self, moment: int) -> int:
        """Goes on to a moment; the moment, or the later one that was already reached."""

    def save(self) -> None:
        """At the end of a chunk, inside its transaction."""

    def arrive(self) -> None:
        """At the target, inside the last chunk's transaction."""


class AccountLine:
    """The account's clock on its way to `until`."""

    clock = None

    def __init__(self, store: Store, clock: Clock, until: int) -> None:
        self.store, self.timepiece, self.until = store, clock, until
        clock.target = until

    def target(self) -> int | None:
        """None where the account was emptied on the way."""
        return self.until if self.timepiece.target == self.until else None

    def reach(self, moment: int) -> int:
        return self.timepiece.reach(moment)

    def save(self) -> None:
        self.timepiece.save(self.store)

    def arrive(self) -> None:
        self.timepiece.reach(self.until)
        self.timepiece.target = None
        self.save()


class Engine:
    """Does due work. `settings` is shared with the application, which may change it."""

    def __init__(self, store: Store, clock: Clock, settings: Json, works: Mapping[str, Work]) -> None:
        self.store, self.clock, self.settings, self.works = store, clock, settings, works
        self.on_commit: Callable[[], None] = lambda: None
        self._advancing = threading.Lock()
        self._stop = threading.Event()

    def live_through(self, until: int) -> int:
        """Lives the account's time up to `until`, events stamped with the clock's; how many pieces of work."""
        with self._advancing:
            line = AccountLine(self.store, self.clock, until)
            with self.store.transaction():  # known before it begins: a process killed in the first chunk finishes it
                line.save()
            return self.live(line)

    def live(self, line: Timeline) -> int:
        """Does all that is due on a timeline until it arrives; how many pieces of work."""
        total = 0
        while not self._stop.is_set():
            done, arrived = self._chunk(line)
            total += done
            if arrived:
                break
            time.sleep(0.001)
        return total

    def _chunk(self, line: Timeline) -> tuple[int, bool]:
        """(pieces of work done, whether the timeline has arrived)."""
        deadline, done, arrived = time.monotonic() + CHUNK_SECONDS, 0, False
        with self.store.transaction():
            until = line.target()
            while until is not None and time.monotonic() < deadline:
                due = self.store.next_due(line.clock)
                if due is None or due[2] > until:
                    arrived = True
                    break
                self._do(line, *due)
                done += 1
            if arrived:
                line.arrive()
            elif until is not None:
                line.save()
        if done or arrived:
            self.on_commit()
        return done, arrived or until is None

    def _do(self, line: Timeline, kind: str, object_id: str, at: int) -> None:
        """One piece of work; one that fails leaves nothing but a note of that."""
        moment = line.reach(at)
        self.store.unschedule(kind, object_id)
        self.store.timeline = line.clock
        ctx = Context(self.store, moment, self.settings, clock=line.clock, account_now=self.clock.now)
        try:
            with self.store.attempt():
                self.works[kind](ctx, object_id)
                ctx.tell()
        except Exception as broken:
            log.exception("%s of %s at %d failed and is left undone", kind, object_id, at)
            failures.note(self.store, kind, object_id, at, line.clock, broken)

    def catch_up(self) -> None:
        """While following the wall clock: does what has become due since."""
        if self.clock.following_wall:
            with self.store.lock:
                due = self.store.next_due()
            if due and due[2] <= self.clock.now:
                self.live_through(self.clock.now)

    def follow_wall(self) -> None:
        """Catches up with the wall clock where it lags, then goes on with its speed."""
        wall = int(self.clock.wall())
        if self.clock.now < wall:
            self.live_through(wall)
        with self.store.transaction():
            self.clock.follow(self.store)

    def run(self) -> None:
        """The ticker's loop, until `stop`: first what a killed process left, then the wall clock."""
        if self.clock.target is not None:
            self.live_through(self.clock.target)
        while not self._stop.wait(TICK_SECONDS):
            try:
                self.catch_up()
            except Exception:
                log.exception("the wall clock could not be followed; it is tried again")

    def stop(self) -> None:
        self._stop.set()
        self.store.clock_told.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()
