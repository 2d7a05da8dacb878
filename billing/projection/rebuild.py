"""Make the typed rows again from the stored snapshots."""

from collections.abc import Iterator

from django.db import transaction

from billing.jobs import running
from billing.models import StripeObject
from billing.projection.apply import lock, project, resolve
from billing.projection.nouns import PROJECTIONS

CHUNK = 500
JOB = "billing.rebuild_projection"


def rebuild_projection(*, restart: bool = False) -> Iterator[tuple[str, int]]:
    """Project every stored snapshot again, noun by noun; yields (object type, objects done) after each chunk.

    Runs beside the inbox: each chunk is a transaction that holds its objects' locks, and notes its place. A rebuild
    that was broken off goes on there, unless it is to `restart`. Raises AlreadyRunning.
    """
    with running(JOB) as run:
        place = {} if restart else run.progress
        nouns = list(PROJECTIONS)
        for noun in nouns[nouns.index(place["noun"]) if place.get("noun") in nouns else 0 :]:
            last = int(place["after"]) if place.get("noun") == noun else 0
            while ids := _next_ids(noun, last):
                last = ids[-1]
                with transaction.atomic():
                    _rebuild(ids)
                    run.renew(progress={"noun": noun, "after": last})
                yield noun, len(ids)
        run.renew(progress={})


def count_objects() -> int:
    """How many snapshots there are to project."""
    return StripeObject.objects.filter(object_type__in=list(PROJECTIONS)).count()


def _next_ids(object_type: str, after: int) -> list[int]:
    rows = StripeObject.objects.filter(object_type=object_type, id__gt=after).order_by("id")
    return list(rows.values_list("id", flat=True)[:CHUNK])


def _rebuild(ids: list[int]) -> None:
    names = StripeObject.objects.filter(id__in=ids).values_list("stripe_id", flat=True)
    lock(names)
    rows = list(StripeObject.objects.filter(id__in=ids))
    projectables, _ = resolve(rows)
    project(projectables, {row.stripe_id: row.object_type for row in rows})
