"""A run: a few pages at a time, their work and their place in one transaction, so that it goes on where it stopped."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from audit.record import record
from billing.jobs import Run
from billing.models import Discrepancy, ReconciliationRun
from billing.models.reconciliation import ReconciliationStatus
from billing.reconcile.bank import compare_bank
from billing.reconcile.findings import add_billed, keep
from billing.reconcile.pages import compare_answers
from billing.reconcile.passes import Pass, passes_of
from billing.reconcile.place import Place
from billing.reconcile.reading import Step, again, read


def reconcile(
    run: ReconciliationRun, job: Run, tell: Callable[[str, int], object] = lambda noun, checked: None
) -> None:
    """Go through all that is left of the run; without an open transaction.

    Raises TakenOver where the job's lease was lost, and the faults of `billing.gateway.errors`: then the run goes on
    from its last step when it is called again.
    """
    _begin(run)
    passes = passes_of(run, last_watermarks(run))
    place = Place.of(run.progress)
    while place.again or place.number < len(passes):
        one = again(place) if place.again else passes[place.number]
        place = _commit(run, job, one, read(one, place))
        tell(one.noun, run.tallies.get(one.noun, {}).get("checked", 0))
    if not run.nouns or "balance_transaction" in run.nouns:
        compare_bank(run, job.renew)
    _finish(run, job)


def last_watermarks(run: ReconciliationRun) -> dict[str, int]:
    """Of each noun, from the newest run before this one that was done and saw it."""
    known: dict[str, int] = {}
    rows = ReconciliationRun.objects.filter(status=ReconciliationStatus.DONE, pk__lt=run.pk).order_by("-pk")
    for watermarks in rows.values_list("watermarks", flat=True)[:50]:
        known = {**watermarks, **known}
    return known


@transaction.atomic
def _begin(run: ReconciliationRun) -> None:
    if run.status != ReconciliationStatus.ASKED:
        return
    run.status, run.started_at = ReconciliationStatus.RUNNING, timezone.now()
    run.save(update_fields=["status", "started_at"])
    record(
        "reconciliation.begun",
        target=("reconciliation", run.public_id),
        organization_id=None,
        after={"full": run.full, "nouns": run.nouns},
    )


@transaction.atomic
def _commit(run: ReconciliationRun, job: Run, one: Pass, step: Step) -> Place:
    """The place of the next step. What changes each time that it is looked at is left to its events."""
    compared = compare_answers(one.noun, step.answers, step.asked_at)
    step.known.keep(compared.same)
    compared.checked += sorted(step.known.equal)
    keep(run, one.noun, compared)
    _note(run, one, step)
    following = step.next_place if one.by_id else step.next_place.settling(compared.contended)
    run.progress = following.as_json()
    run.stripe_calls += step.calls
    run.save(update_fields=["progress", "tallies", "billed", "misbilled", "watermarks", "stripe_calls"])
    job.renew()
    return following


def _note(run: ReconciliationRun, one: Pass, step: Step) -> None:
    newest = max((head.created for head in step.heads), default=0)
    if newest and not one.status:
        run.watermarks = {**run.watermarks, one.noun: max(newest, run.watermarks.get(one.noun, 0))}
    if one.noun == "invoice":
        add_billed(run, step.billed)


@transaction.atomic
def _finish(run: ReconciliationRun, job: Run) -> None:
    run.status, run.finished_at, run.progress = ReconciliationStatus.DONE, timezone.now(), {}
    run.watermarks = {**last_watermarks(run), **run.watermarks}
    _, run.left = Discrepancy.objects.open_work()
    run.save(update_fields=["status", "finished_at", "progress", "watermarks", "left", "stripe_calls"])
    job.renew(counts={"checked": run.total("checked"), "healed": run.total("healed")})
    record(
        "reconciliation.ended",
        target=("reconciliation", run.public_id),
        organization_id=None,
        after={"checked": run.total("checked"), "healed": run.total("healed"), "found": run.found, "left": run.left},
    )
