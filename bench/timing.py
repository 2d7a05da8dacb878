"""Time works that are done one after the other."""

import time
from collections.abc import Callable, Sequence

from bench.client import Load


def timed(works: Sequence[Callable[[], int]]) -> Load:
    """One after the other; each gives its status."""
    load, began = Load(), time.perf_counter()
    for work in works:
        started = time.perf_counter()
        status = work()
        load.times.append(time.perf_counter() - started)
        load.statuses[status] = load.statuses.get(status, 0) + 1
    load.seconds = time.perf_counter() - began
    return load
