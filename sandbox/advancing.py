"""Test clocks on their way: the background thread that lives through what was asked of each."""

import logging
import threading

from sandbox.context import Context
from sandbox.engine import Engine
from sandbox.jsons import Json
from sandbox.state import failures
from sandbox.state.clock import Clock
from sandbox.state.schema import TEST_CLOCK
from sandbox.state.store import Store

log = logging.getLogger("sandbox")


class ClockLine:
    """A test clock on its way to its target; what it has reached is kept in its `frozen_time`."""

    def __init__(self, store: Store, account: Clock, settings: Json, clock_id: str) -> None:
        self.store, self.account, self.settings, self.clock = store, account, settings, clock_id
        self.moment = 0

    def target(self) -> int | None:
        """None once the clock is gone or has arrived."""
        clock = self.store.get(self.clock)
        if clock is None or clock["status"] != "advancing":
            return None
        self.moment = clock["frozen_time"]
        return int(clock["status_details"]["advancing"]["target_frozen_time"])

    def reach(self, moment: int) -> int:
        self.moment = max(self.moment, moment)
        return self.moment

    def save(self) -> None:
        clock = self.store.get(self.clock)
        if clock is not None:
            self.store.put({**clock, "frozen_time": self.moment})

    def arrive(self) -> None:
        """Ready, or broken where a piece of work failed on the way: then the clock is of no more use."""
        clock = self.store.get(self.clock)
        if clock is None:
            return
        target = clock["status_details"]["advancing"]["target_frozen_time"]
        status = "internal_failure" if failures.on_clock(self.store, self.clock) else "ready"
        clock.update(frozen_time=target, status=status, status_details={})
        self.store.timeline = self.clock
        ctx = Context(self.store, target, self.settings, clock=self.clock, account_now=self.account.now)
        ctx.create(clock, f"test_helpers.test_clock.{status}")


class Advancing:
    """Looks for advancing clocks at the start and whenever one was told to advance."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.store = engine, engine.store

    def start(self) -> None:
        self.store.clock_told.set()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while self.store.clock_told.wait() and not self.engine.stopped:
            self.store.clock_told.clear()
            try:
                self._advance()
            except Exception:
                log.exception("test clocks could not be advanced; it is tried again when one is told to")

    def _advance(self) -> None:
        for clock in self._advancing():
            self.engine.live(ClockLine(self.store, self.engine.clock, self.engine.settings, clock["id"]))

    def _advancing(self) -> list[Json]:
        with self.store.lock:
            return self.store.find(TEST_CLOCK, status="advancing")
