"""Apply what Stripe answers to our own rows at once; the webhook that follows confirms, and changes nothing."""

from django.db import transaction

from billing.gateway.client import Json
from billing.gateway.objects import can_fetch, completed
from billing.gateway.objects import fetch as fetch_object
from billing.models import StripeObject
from billing.projection.apply import apply
from billing.projection.sighting import Applied, Fetched

ROUNDS = 5


class TooContended(RuntimeError):
    """The object changed each time it was read; the webhooks will bring its last state."""


def note_version(stripe_id: str) -> int:
    """The counter of our row before the question is asked; 0 for none."""
    found = StripeObject.objects.filter(stripe_id=stripe_id).values_list("version", flat=True).first()
    return found or 0


def read_back(answer: Json, *, noted_version: int, bulk: bool = True) -> None:
    """Apply the object of an API answer. If somebody wrote the row since `noted_version`, Stripe is asked again:
    only an answer that nobody overtook may be applied. Without `bulk` somebody waits for it.

    Raises TooContended, and the faults of `billing.gateway.errors`.
    """
    fetched = Fetched(answer["id"], answer["object"], completed(answer, bulk=bulk), noted_version)
    for _ in range(ROUNDS):
        outcome = apply_one(fetched)
        if fetched.stripe_id not in outcome.doubtful or not can_fetch(fetched.object_type):
            return
        fetched = refetched(fetched.object_type, fetched.stripe_id, bulk=bulk)
    raise TooContended(f"{fetched.stripe_id} changed each time it was read.")


def refetched(object_type: str, stripe_id: str, *, bulk: bool = True) -> Fetched:
    noted = note_version(stripe_id)
    return Fetched(stripe_id, object_type, fetch_object(object_type, stripe_id, bulk=bulk), noted)


def apply_one(fetched: Fetched) -> Applied:
    """Apply one answer of Stripe, unless somebody wrote its row meanwhile: then it is doubtful."""
    with transaction.atomic():
        return apply([], [fetched])
