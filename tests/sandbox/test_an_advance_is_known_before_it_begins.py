"""A process killed in the first moments of an advance, before any of it is stored, finishes it after a restart."""

from pathlib import Path

import pytest

from sandbox.engine import Engine, Timeline
from sandbox.settings import DEFAULTS
from sandbox.state.clock import Clock
from sandbox.state.store import Store
from tests.sandbox.scenes import DAY, START


class Killed(BaseException):
    pass


class DiesAtOnce(Engine):
    def _chunk(self, line: Timeline) -> tuple[int, bool]:
        raise Killed


def test_its_target_is_stored_before_the_first_chunk(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "state.sqlite"))
    engine = DiesAtOnce(store, Clock(store, START), {**DEFAULTS}, {})
    with pytest.raises(Killed):
        engine.live_through(START + 300 * DAY)
    store.close()
    again = Store(str(tmp_path / "state.sqlite"))
    clock = Clock(again, START)
    assert (clock.now, clock.target) == (START, START + 300 * DAY)
    Engine(again, clock, {**DEFAULTS}, {}).live_through(clock.target or 0)
    assert (clock.now, clock.target) == (START + 300 * DAY, None)
    again.close()
