"""What happens to webhooks on the way, on demand: they get lost, doubled, late, out of order, or wrongly signed.

Who is hit is drawn from the seed, the event and the number of its attempt: the same events are hit in whatever order
they are sent. With a `count`, the first so many are, in the order in which they were queued. Kept in memory.
"""

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random

from sandbox.outbox import Letter

KINDS = ("lose", "duplicate", "delay", "reorder", "wrong_secret", "corrupt")


@dataclass
class Mishap:
    """`type` is an event type, with `*` for anything. `seconds` (lowest, highest) and `of` belong to `delay`."""

    id: str
    type: str
    kind: str
    count: int | None = None
    rate: float = 1.0
    seed: str = ""
    endpoint: str | None = None
    seconds: tuple[float, float] = (1.0, 10.0)
    of: str = "wall"
    met: int = 0

    def chance(self, letter: Letter) -> Random:
        return Random(f"{self.seed}:{self.id}:{letter.event}:{letter.endpoint}:{letter.attempts}")  # noqa: S311 - no secret

    def strikes(self, letter: Letter) -> bool:
        if self.count == 0 or self.endpoint not in (None, letter.endpoint):
            return False
        if self.kind == "delay" and letter.delayed > letter.attempts:
            return False
        return fnmatchcase(letter.kind, self.type) and self.chance(letter).random() < self.rate

    def delay(self, letter: Letter) -> float:
        chance = self.chance(letter)
        chance.random()
        return chance.uniform(*self.seconds)


class Mishaps:
    """All that are set up; one that is spent stays listed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._known: list[Mishap] = []

    def add(self, kind: str, **options: object) -> Mishap:
        with self._lock:
            self._number += 1
            made = Mishap(f"mishap_{self._number}", kind=kind, **options)  # type: ignore[arg-type]
            self._known.append(made)
        return made

    def clear(self) -> None:
        with self._lock:
            self._number = 0
            self._known.clear()

    def remove(self, mishap_id: str) -> bool:
        with self._lock:
            before = len(self._known)
            self._known = [known for known in self._known if known.id != mishap_id]
            return len(self._known) < before

    def listed(self) -> list[dict[str, object]]:
        with self._lock:
            return [dict(vars(known)) for known in self._known]

    def meeting(self, letter: Letter) -> list[Mishap]:
        """Those that hit this attempt, counted."""
        with self._lock:
            hit = [known for known in self._known if known.strikes(letter)]
            for known in hit:
                known.met += 1
                known.count = None if known.count is None else known.count - 1
        return hit
