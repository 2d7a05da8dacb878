"""What happens to webhooks on the way, on demand: they get lost, doubled, late, out of order, or wrongly signed.

Who is hit is drawn from the seed, the event and the number of its attempt: the same events are hit in whatever order
they are sent. With a `count`, the first so many are, in the order in which they were queued. Kept in memory.
"""

import threading

from sandbox.state.outbox import Letter
from sandbox.webhooks.mishap import Mishap


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
