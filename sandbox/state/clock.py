"""The account's clock: fixed at a moment, or following the wall clock at an offset. It never goes back."""

import time
from collections.abc import Callable

from sandbox.state.store import Store


class Clock:
    """Kept in the store, so that a restart goes on where it was. All times are Unix seconds.

    `lived` is the moment up to which all has happened, `target` where an advance is still on its way to.
    """

    def __init__(self, store: Store, start: int | None, wall: Callable[[], float] = time.time) -> None:
        self.wall = wall
        with store.transaction():
            saved = store.note("clock")
            if saved is None:
                saved = {"fixed": start, "offset": 0, "lived": int(wall()) if start is None else start, "target": None}
                store.set_note("clock", saved)
        self.fixed: int | None = saved["fixed"]
        self.offset: int = saved["offset"]
        self.lived: int = saved["lived"]
        self.target: int | None = saved["target"]

    def restart(self, store: Store, start: int | None) -> None:
        """As on the first day: at `start`, or with the wall clock."""
        self.fixed, self.offset, self.target = start, 0, None
        self.lived = int(self.wall()) if start is None else start
        self.save(store)

    @property
    def now(self) -> int:
        """What the clock shows; while it is being advanced, the moment that is being lived."""
        return self.fixed if self.fixed is not None else max(self.lived, int(self.wall()) + self.offset)

    @property
    def following_wall(self) -> bool:
        return self.fixed is None

    def fix(self, store: Store, at: int) -> None:
        self.fixed = max(at, self.lived)
        self.lived = self.fixed
        self.save(store)

    def follow(self, store: Store) -> None:
        """Goes on from the present reading with the speed of the wall clock."""
        self.offset = self.now - int(self.wall())
        self.fixed = None
        self.save(store)

    def reach(self, moment: int) -> int:
        """Everything due before `moment` has been done; the moment that is lived now. To be saved by the caller."""
        self.lived = max(self.lived, moment)
        if self.fixed is not None:
            self.fixed = self.lived
        return self.lived

    def save(self, store: Store) -> None:
        saved = {"fixed": self.fixed, "offset": self.offset, "lived": self.lived, "target": self.target}
        store.set_note("clock", saved)
