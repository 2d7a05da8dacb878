"""Apply a page of Stripe's objects as answers of its API, beside the inbox."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from billing.gateway.client import Json
from billing.gateway.mirror import is_mirrored
from billing.inbox.fetching import fetch_doubtful
from billing.models import StripeObject
from billing.projection.apply import apply
from billing.projection.listed import may_be_older
from billing.projection.sighting import Applied, Fetched

ROUNDS = 5
OVERTAKEN = -1
"""No row has this version: an answer that notes it is asked for again."""

Answers = Mapping[str, Json | None]
Commit = Callable[[Answers], None]


def bring(object_type: str, rows: Sequence[Json], *, asked_at: datetime, commit: Commit) -> None:
    """Apply what a list showed. Which objects it shows is known only after the question, so their versions are noted
    then, and a row that somebody wrote since counts as overtaken: that one is asked for by its id."""
    settle([_answer(object_type, row, noted) for row, noted in _with_versions(rows, asked_at)], commit=commit)


def settle(answers: Sequence[Fetched], *, commit: Commit) -> None:
    """Apply the answers, asking again for those that somebody overtook, and call `commit` with what Stripe said of
    each, in the last transaction. What changed each time is left to the events that change it.

    Raises the faults of `billing.gateway.errors`.
    """
    said: dict[str, Json | None] = {one.stripe_id: one.snapshot for one in answers}
    for remaining in reversed(range(ROUNDS)):
        with transaction.atomic():
            outcome = apply([], answers)
            _mark(outcome, said)
            if not outcome.doubtful or not remaining:
                commit(said)
                return
        asked = fetch_doubtful(outcome)
        for fault in asked.faults.values():
            raise fault
        answers = asked.fetched
        said.update({one.stripe_id: one.snapshot for one in answers})


def _answer(object_type: str, row: Json, noted: int) -> Fetched:
    return Fetched(str(row["id"]), object_type, row, noted)


def _with_versions(rows: Sequence[Json], asked_at: datetime) -> list[tuple[Json, int]]:
    ids = [row["id"] for row in rows]
    written = StripeObject.objects.filter(stripe_id__in=ids).only("stripe_id", "version", "updated_at")
    stored = {one.stripe_id: one for one in written}
    lately = [one.stripe_id for one in stored.values() if may_be_older(one, asked_at)]
    snapshots = dict(StripeObject.objects.filter(stripe_id__in=lately).values_list("stripe_id", "snapshot"))
    noted = []
    for row in rows:
        one = stored.get(row["id"])
        differs = row["id"] in snapshots and snapshots[row["id"]] != row
        noted.append((row, OVERTAKEN if differs else one.version if one else 0))
    return noted


def _mark(outcome: Applied, said: Answers) -> None:
    """They were met; and dj-stripe is due to be given them, but for what it has no model for and erased customers."""
    now = timezone.now()
    met = StripeObject.objects.filter(stripe_id__in=[one for one in said if one not in outcome.doubtful])
    met.update(listed_at=now)
    due = [
        stripe_id
        for stripe_id, owner in outcome.owners.items()
        if (snapshot := said.get(stripe_id)) and is_mirrored(str(snapshot["object"])) and owner not in outcome.erased
    ]
    theirs = met.filter(stripe_id__in=due, deleted=False)
    theirs.exclude(object_type="payment_method", snapshot__customer=None).update(mirror_due_at=now, mirror_attempts=0)
