"""What the sandbox is asked, counted by itself, and how late it answers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from bench.installation import KEY
from sandbox.company.calling import Client


class Calls:
    """`made` since the block began, known at its end."""

    made: int = 0


@contextmanager
def counted_calls(*, latency: float = 0.0) -> Iterator[Calls]:
    """A fault that every request meets, whoever sends it: it waits for `latency` seconds, and is counted."""
    client, calls = Client(settings.STRIPE_API_BASE, KEY), Calls()
    client.control("faults", {"operation": "*", "kind": "slow", "rate": 1.0, "seconds": latency})
    try:
        yield calls
    finally:
        [fault] = client.control("faults")["faults"]
        calls.made = int(fault["met"])
        client._json("DELETE", "/_sandbox/faults")
        client.close()
