"""Rate limits: does one more request fit, and if not, when?

Requests are counted in fixed windows; of the window before, the part counts that a window ending now would still
cover. So a limit cannot be used up twice around the end of a window, one counter a window is enough, and every store
that can add one atomically will do. A refused request is taken back and does not prolong the wait.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `quota` requests in `seconds`. The name stands in `RateLimit-Policy` and in metrics."""

    name: str
    quota: int
    seconds: int

    @property
    def length(self) -> int:
        """Of the window, in milliseconds."""
        return self.seconds * 1000

    def window_at(self, now: int) -> int:
        """When the window began that holds this moment; both in milliseconds since 1970."""
        return now - now % self.length


@dataclass(frozen=True, slots=True)
class Count:
    """What a store counted: requests of the window that began at `start`, this one included, and of the one before."""

    start: int
    current: int
    previous: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands with a limit. `wait` is 0 where the request fits; else so many seconds from now one
    does. `reset` is when the figures next change for good: the end of the window, or of the wait."""

    limit: Limit
    remaining: int
    reset: int
    wait: int


def standing(limit: Limit, count: Count, now: int) -> Standing:
    """Judge a request that is counted already. Whole milliseconds throughout: no rounding decides."""
    passed = min(max(now - count.start, 0), limit.length)  # the clock of another machine may be ahead
    used = count.previous * (limit.length - passed) + count.current * limit.length
    room = limit.quota * limit.length - used
    if room < 0:
        wait = _seconds(_wait(limit, count.current - 1, count.previous, passed))
        return Standing(limit, remaining=0, reset=wait, wait=wait)
    return Standing(limit, remaining=room // limit.length, reset=_seconds(limit.length - passed), wait=0)


def _wait(limit: Limit, current: int, previous: int, passed: int) -> int:
    """Milliseconds until one more fits: later in this window where it has room, else in the next."""
    free = limit.quota - 1 - current
    if free >= 0:
        return limit.length - free * limit.length // max(previous, 1) - passed
    return limit.length - passed + limit.length - (limit.quota - 1) * limit.length // current


def _seconds(milliseconds: int) -> int:
    """Whole seconds, upwards: who waits as long as he is told finds that it was enough."""
    return max(1, -(-milliseconds // 1000))
