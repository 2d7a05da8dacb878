"""Ask Stripe about the objects that the events alone cannot settle."""

from prometheus_client import Counter

from billing.gateway.objects import fetch
from billing.projection.sighting import Applied, Fetched

fetches_total = Counter("webhook_object_fetches_total", "Objects fetched because events alone left a doubt", ["type"])


def fetch_doubtful(applied: Applied) -> list[Fetched]:
    """One request an object, however many events are about it. No transaction is open."""
    answers = []
    for stripe_id, object_type in sorted(applied.doubtful.items()):
        fetches_total.labels(object_type).inc()
        answers.append(Fetched(stripe_id, object_type, fetch(object_type, stripe_id), applied.versions[stripe_id]))
    return answers
