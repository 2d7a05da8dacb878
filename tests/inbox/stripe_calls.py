"""How often Stripe is asked, by our own count of requests."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY


@contextmanager
def calls_to_stripe() -> Iterator[Callable[[], Counter[str]]]:
    """Yields a function that gives the requests since the block began, by operation."""
    before = _counts()
    yield lambda: _counts() - before


def _counts() -> Counter[str]:
    found: Counter[str] = Counter()
    for metric in REGISTRY.collect():
        if metric.name == "stripe_requests":
            for sample in metric.samples:
                if sample.name == "stripe_requests_total":
                    found[sample.labels["operation"]] += int(sample.value)
    return found
