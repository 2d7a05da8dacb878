"""Bring Stripe's objects into the rows, by the projection alone, so that nothing is overwritten that is newer."""

from collections.abc import Iterable, Sequence
from typing import Any

from billing.gateway.objects import fetch
from billing.models import StripeObject
from billing.projection import current
from billing.projection.apply import apply, lock, project, resolve
from billing.projection.sighting import Fetched


def apply_answers(answers: Sequence[Fetched]) -> dict[str, str]:
    """In the caller's transaction; the ids (with their types) whose row somebody wrote meanwhile: fetch those again."""
    return dict(apply([], answers).doubtful)


def fetch_noted(object_type: str, stripe_id: str) -> Fetched:
    """Ask Stripe for one object, with the version that ours had before; without a transaction."""
    row = StripeObject.objects.filter(stripe_id=stripe_id).values_list("version", flat=True).first()
    return Fetched(stripe_id, object_type, fetch(object_type, stripe_id), row or 0)


def project_again(rows: Iterable[StripeObject]) -> None:
    """Of stored snapshots that are Stripe's, whose typed rows are not."""
    ids = [row.stripe_id for row in rows]
    if not ids:
        return
    lock(ids)
    stored: list[Any] = list(current.load(ids).values())
    projectables, _ = resolve(stored)
    project(projectables, {row.stripe_id: row.object_type for row in stored})
