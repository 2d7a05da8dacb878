"""Wait for a condition, never for a length of time."""

import time
from collections.abc import Callable

INTERVAL = 0.02


def until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """True as soon as the condition holds, False when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(INTERVAL)
    return True
