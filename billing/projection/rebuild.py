"""Make the typed rows again from the stored snapshots."""

from collections.abc import Iterator

from django.db import transaction

from billing.models import StripeObject
from billing.projection.apply import lock, project, resolve
from billing.projection.nouns import PROJECTIONS

CHUNK = 500


def rebuild_projection() -> Iterator[tuple[str, int]]:
    """Project every stored snapshot again, noun by noun; yields (object type, objects done) after each chunk.

    Runs beside the inbox: each chunk is a transaction that holds its objects' locks.
    """
    for object_type in PROJECTIONS:
        last = 0
        while ids := _next_ids(object_type, last):
            last = ids[-1]
            _rebuild(ids)
            yield object_type, len(ids)


def _next_ids(object_type: str, after: int) -> list[int]:
    rows = StripeObject.objects.filter(object_type=object_type, id__gt=after).order_by("id")
    return list(rows.values_list("id", flat=True)[:CHUNK])


@transaction.atomic
def _rebuild(ids: list[int]) -> None:
    names = StripeObject.objects.filter(id__in=ids).values_list("stripe_id", flat=True)
    lock(names)
    rows = list(StripeObject.objects.filter(id__in=ids))
    projectables, _ = resolve(rows)
    project(projectables, {row.stripe_id: row.object_type for row in rows})
