"""Make the typed rows again from the stored snapshots."""

from collections import Counter
from collections.abc import Callable

from django.db import transaction

from billing.jobs import Run, running
from billing.models import StripeObject
from billing.projection.apply import lock, project, resolve
from billing.projection.nouns import PROJECTIONS

JOB = "rebuild_projection"
CHUNK = 500

Progress = Callable[[Counter[str]], None]


def rebuild_projection(*, restart: bool = False, progress: Progress = lambda done: None) -> Counter[str]:
    """Project every stored snapshot again, noun by noun; returns objects by type.

    Runs beside the inbox: each chunk is a transaction that holds its objects' locks, and is committed with the place
    after it. A run that was killed is gone on with, unless `restart`. `progress` is called after each chunk.
    Raises AlreadyRunning.
    """
    with running(JOB) as run:
        if restart:
            run.renew({}, {})
        before = run.progress.get("done", {})
        done = Counter({object_type: before[object_type] for object_type in PROJECTIONS if object_type in before})
        for object_type in _remaining(run):
            last = int(run.progress.get("after", 0)) if run.progress.get("type") == object_type else 0
            while ids := _next_ids(object_type, last):
                last = ids[-1]
                done[object_type] += len(ids)
                _rebuild(run, object_type, ids, done)
                progress(done)
    return done


def count_of_objects() -> int:
    """How many there are to do in all."""
    return StripeObject.objects.filter(object_type__in=PROJECTIONS).count()


def _remaining(run: Run) -> list[str]:
    nouns = list(PROJECTIONS)
    begun = run.progress.get("type")
    return nouns[nouns.index(begun) :] if begun in nouns else nouns


def _next_ids(object_type: str, after: int) -> list[int]:
    rows = StripeObject.objects.filter(object_type=object_type, id__gt=after).order_by("id")
    return list(rows.values_list("id", flat=True)[:CHUNK])


@transaction.atomic
def _rebuild(run: Run, object_type: str, ids: list[int], done: Counter[str]) -> None:
    names = StripeObject.objects.filter(id__in=ids).values_list("stripe_id", flat=True)
    lock(names)
    rows = list(StripeObject.objects.filter(id__in=ids))
    projectables, _ = resolve(rows)
    project(projectables, {row.stripe_id: row.object_type for row in rows})
    run.renew({"type": object_type, "after": ids[-1], "done": dict(done)}, dict(done))
