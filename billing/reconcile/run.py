"""A run: page after page, each with its work and its place in one transaction, so that it goes on where it stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.record import record
from billing.gateway.client import Json
from billing.gateway.fields import required_moment
from billing.gateway.listing import list_page
from billing.jobs import Run
from billing.models import Discrepancy, ReconciliationRun, StripeObject
from billing.models.reconciliation import ReconciliationStatus
from billing.projection.sighting import Fetched
from billing.reconcile.bank import compare_bank
from billing.reconcile.compare import worth
from billing.reconcile.findings import add_billed, keep
from billing.reconcile.heal import fetch_noted
from billing.reconcile.pages import compare_page
from billing.reconcile.passes import Pass, passes_of
from billing.reconcile.place import Place, Span

FROM_A_LIST = -1  # in place of a noted version
IDS_OF_A_PAGE = 50
AGAIN = ("again",)


@dataclass(slots=True)
class Page:
    """What was asked for the next page, and the place after it."""

    answers: list[Fetched]
    next_place: Place
    asked_at: datetime
    calls: int


def reconcile(
    run: ReconciliationRun, job: Run, tell: Callable[[str, int], object] = lambda noun, checked: None
) -> None:
    """Go through all that is left of the run; without an open transaction.

    Raises TakenOver where the job's lease was lost, and the faults of `billing.gateway.errors`: then the run goes on
    from its last page when it is called again.
    """
    _begin(run)
    passes = passes_of(run, last_watermarks(run))
    place = Place.of(run.progress)
    while place.again or place.number < len(passes):
        one = Pass(place.noun, by_id=AGAIN) if place.again else passes[place.number]
        place = _commit(run, job, one, _asked(one, place))
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


def _asked(one: Pass, place: Place) -> Page:
    if place.again:
        answers = [fetch_noted(place.noun, stripe_id) for stripe_id in place.again]
        return Page(answers, place.settling({}), timezone.now(), len(answers))
    return _by_id(one, place) if one.by_id else _listed(one, place)


def _listed(one: Pass, place: Place) -> Page:
    asked_at = timezone.now()
    page = list_page(
        one.noun,
        created_from=None if one.since is None else required_moment(one.since),
        created_to=None if one.before is None else required_moment(one.before),
        starting_after=place.after,
        extra=one.extra,
    )
    ids = {str(row["id"]): int(row["created"]) for row in page.rows}
    span = Span(min(ids.values()) if page.has_more else None, place.second)
    lost = _not_listed(one, span, {*ids, *place.tail}, asked_at)
    suspects = [fetch_noted(one.noun, stripe_id) for stripe_id in lost]
    answers = [Fetched(str(row["id"]), one.noun, row, FROM_A_LIST) for row in page.rows]
    following = span.place_after(place, page.last_id, ids) if page.has_more else place.next_pass()
    return Page([*answers, *suspects], following, asked_at, 1 + len(suspects))


def _not_listed(one: Pass, span: Span, listed: set[str], asked_at: datetime) -> list[str]:
    """Ours of these seconds that Stripe's list has not, though they were here when it was asked."""
    created: Any = StripeObject.objects.with_created()
    rows = created.filter(object_type=one.noun, deleted=False, updated_at__lt=asked_at)
    bounds: dict[str, Any] = {"created__gt": span.low, "created__lte": span.high}
    bounds |= {"created__gte": one.since, "created__lt": one.before, "snapshot__status": one.status or None}
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
    return sorted(set(rows.values_list("stripe_id", flat=True)) - listed)


def _by_id(one: Pass, place: Place) -> Page:
    """Those of ours that are not final, one request each."""
    asked_at = timezone.now()
    created: Any = StripeObject.objects.with_created()
    rows = created.filter(object_type=one.noun, deleted=False, snapshot__status__in=one.by_id, created__lt=one.before)
    found = list(
        rows.filter(pk__gt=int(place.after or 0)).order_by("pk").values_list("pk", "stripe_id")[:IDS_OF_A_PAGE]
    )
    answers = [fetch_noted(one.noun, stripe_id) for _, stripe_id in found]
    following = Place(place.number, str(found[-1][0])) if len(found) == IDS_OF_A_PAGE else place.next_pass()
    return Page(answers, following, asked_at, len(answers))


@transaction.atomic
def _commit(run: ReconciliationRun, job: Run, one: Pass, page: Page) -> Place:
    """The place of the next page. What changes each time that it is looked at is left to its events."""
    compared = compare_page(one.noun, page.answers, page.asked_at)
    keep(run, one.noun, compared)
    _note(run, one, [answer.snapshot for answer in page.answers if answer.snapshot])
    following = page.next_place if one.by_id else page.next_place.settling(compared.contended)
    run.progress = following.as_json()
    run.stripe_calls += page.calls
    run.save(update_fields=["progress", "tallies", "billed", "misbilled", "watermarks", "stripe_calls"])
    job.renew()
    return following


def _note(run: ReconciliationRun, one: Pass, rows: Sequence[Json]) -> None:
    newest = max((int(row.get("created") or 0) for row in rows), default=0)
    if newest and not one.by_id and not one.status:
        run.watermarks = {**run.watermarks, one.noun: max(newest, run.watermarks.get(one.noun, 0))}
    if one.noun == "invoice" and one.by_id != AGAIN:
        add_billed(run, (worth(row) for row in rows))


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
