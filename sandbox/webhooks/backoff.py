"""When a delivery that failed is tried again.

`clock`, as Stripe: with growing gaps for three days of the sandbox's clock, counted from the moment the event was
queued. While the clock stands still nothing is tried again; when it is moved, every attempt that has come due is
made, one after the other. `wall`: soon, in seconds of wall time, at most `max_attempts` times, whatever the clock
does; for tests and for a demo whose clock jumps over months.
"""

from dataclasses import dataclass, field
from random import Random

MODES = ("clock", "wall")
GIVEN_UP_AFTER = 3 * 86_400


def _moments() -> tuple[int, ...]:
    """Seconds after the first attempt: gaps of 5 seconds, doubled up to 12 hours, within three days."""
    moments, gap, total = [], 5, 5
    while total <= GIVEN_UP_AFTER:
        moments.append(total)
        gap = min(gap * 2, 43_200)
        total += gap
    return tuple(moments)


MOMENTS = _moments()


@dataclass
class Options:
    """How deliveries are made. Probabilities are 0 to 1; `retry_base`, `retry_cap` and `timeout` are wall seconds."""

    pause: bool = False
    duplicate: float = 0.0
    lose: float = 0.0
    shuffle: bool = False
    backoff: str = "clock"
    retry_base: float = 1.0
    retry_cap: float = 60.0
    max_attempts: int = 16
    timeout: float = 20.0
    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - no secret

    def next_attempt(self, attempts: int, queued: int, wall: float) -> tuple[bool, float] | None:
        """(whether in the clock's time, moment) of what follows `attempts` failed ones; None when it is given up."""
        if self.backoff == "clock":
            return (True, queued + MOMENTS[attempts - 1]) if attempts <= len(MOMENTS) else None
        if attempts >= self.max_attempts:
            return None
        return False, wall + min(self.retry_base * 2 ** min(attempts - 1, 30), self.retry_cap)
