"""Ask Stripe about the objects that the events alone cannot settle."""

from dataclasses import dataclass, field

from prometheus_client import Counter

from billing.gateway.errors import Refused, StripeFault
from billing.gateway.objects import fetch
from billing.projection.sighting import Applied, Fetched

fetches_total = Counter("webhook_object_fetches_total", "Objects fetched because events alone left a doubt", ["type"])


@dataclass(slots=True)
class Answers:
    """What Stripe said; `faults` are of the objects, by id, for which there is no answer."""

    fetched: list[Fetched] = field(default_factory=list)
    faults: dict[str, StripeFault] = field(default_factory=dict)


def fetch_doubtful(applied: Applied) -> Answers:
    """One request an object, however many events are about it. No transaction is open.

    A refusal is the object's own. Where Stripe is busy or silent, it is not asked for the rest either: each would
    wait for its time-out in turn.
    """
    answers, silence = Answers(), None
    for stripe_id, object_type in sorted(applied.doubtful.items()):
        if silence is not None:
            answers.faults[stripe_id] = silence
            continue
        fetches_total.labels(object_type).inc()
        try:
            snapshot = fetch(object_type, stripe_id)
        except StripeFault as fault:
            answers.faults[stripe_id] = fault
            silence = None if isinstance(fault, Refused) else fault
        else:
            answers.fetched.append(Fetched(stripe_id, object_type, snapshot, applied.versions[stripe_id]))
    return answers
