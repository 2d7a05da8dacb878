"""What the sandbox is asked, counted by itself, and how late it answers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from tests.chaos.controls import ask

FAULTS = "/_sandbox/faults"


class Calls:
    """`made` since the block began, known at its end."""

    made: int = 0


@contextmanager
def counted_calls(*, latency: float = 0.0) -> Iterator[Calls]:
    """A fault that every request meets, whoever sends it: it waits for `latency` seconds, and is counted."""
    sandbox, calls = settings.STRIPE_API_BASE, Calls()
    ask(sandbox, FAULTS, {"operation": "*", "kind": "slow", "rate": 1.0, "seconds": latency})
    try:
        yield calls
    finally:
        [fault] = ask(sandbox, FAULTS)["faults"]
        calls.made = int(fault["met"])
        ask(sandbox, FAULTS, method="DELETE")
