"""Living through time: due work in the order of its moments, in chunks that let requests in between."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from sandbox.clock import Clock
from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.store import Store

log = logging.getLogger("sandbox")
Work = Callable[[Context, str], None]
CHUNK_SECONDS = 0.15
TICK_SECONDS = 0.5


class Engine:
    """Does due work. `settings` is shared with the application, which may change it."""

    def __init__(self, store: Store, clock: Clock, settings: Json, works: Mapping[str, Work]) -> None:
        self.store, self.clock, self.settings, self.works = store, clock, settings, works
        self.on_commit: Callable[[], None] = lambda: None
        self._advancing = threading.Lock()
        self._stop = threading.Event()

    def live_through(self, until: int) -> int:
        """Does all that is due up to `until`, events stamped with the clock's time; how many pieces of work."""
        total = 0
        with self._advancing:
            while True:
                done, finished = self._chunk(until)
                total += done
                if finished or self._stop.is_set():
                    return total
                time.sleep(0.001)

    def _chunk(self, until: int) -> tuple[int, bool]:
        deadline, done = time.monotonic() + CHUNK_SECONDS, 0
        with self.store.transaction():
            while time.monotonic() < deadline:
                due = self.store.next_due()
                if due is None or due[2] > until:
                    self.clock.mark_lived(self.store, until)
                    break
                self._do(*due)
                done += 1
            else:
                due = ("", "", 0)
        if done:
            self.on_commit()
        return done, due is None or due[2] > until

    def _do(self, kind: str, object_id: str, at: int) -> None:
        moment = max(at, self.clock.lived)
        self.clock.mark_lived(self.store, moment)
        self.store.unschedule(kind, object_id)
        try:
            with self.store.attempt():
                self.works[kind](Context(self.store, moment, self.settings), object_id)
        except Exception:
            log.exception("%s of %s at %d failed and is left undone", kind, object_id, at)

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
                self.clock.mark_lived(self.store, wall)
        with self.store.transaction():
            self.clock.follow(self.store)

    def run(self) -> None:
        """The ticker's loop, until `stop`."""
        while not self._stop.wait(TICK_SECONDS):
            with self.store.lock:
                due = self.store.next_due()
            if due and self.clock.following_wall and due[2] <= self.clock.now:
                self.live_through(self.clock.now)

    def stop(self) -> None:
        self._stop.set()
