"""Write down what a step found: discrepancies, entries of the log, the run's counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.utils import timezone

from audit.record import Entry, record_all
from billing.models import Discrepancy, ReconciliationRun
from billing.models.reconciliation import DiscrepancyStatus
from billing.reconcile.compare import Finding
from billing.reconcile.pages import Compared

OF_THE_BANK = ("balance", "payout")
"""Found by billing.reconcile.bank, which closes them too."""
BILLED_FIELDS = frozenset({"", "total"})


def keep(run: ReconciliationRun, noun: str, compared: Compared) -> None:
    """In the step's transaction."""
    Discrepancy.objects.bulk_create([_row(run, one, DiscrepancyStatus.HEALED) for one in compared.healed])
    Discrepancy.objects.bulk_create(
        [_row(run, one, DiscrepancyStatus.OPEN) for one in compared.open], ignore_conflicts=True
    )
    _close_what_is_gone(noun, compared)
    record_all(_entries(run, compared.healed))
    _count(run, noun, compared)


def _row(run: ReconciliationRun, one: Finding, status: DiscrepancyStatus) -> Discrepancy:
    healed = status == DiscrepancyStatus.HEALED
    return Discrepancy(
        run=run,
        organization_id=one.organization_id,
        object_type=one.object_type,
        stripe_id=one.stripe_id,
        kind=one.kind,
        field=one.field,
        here=one.here,
        there=one.there,
        amount=one.amount,
        currency=one.currency,
        status=status,
        resolved_at=timezone.now() if healed else None,
    )


def _close_what_is_gone(noun: str, compared: Compared) -> None:
    """Open ones of these objects that were not found again. Mostly there is none at all, and nothing to look up."""
    standing = Discrepancy.objects.open().filter(object_type=noun).exclude(field__in=OF_THE_BANK)
    if not standing.exists():
        return
    again = {(one.stripe_id, str(one.kind), one.field) for one in compared.open}
    rows = standing.filter(stripe_id__in=compared.checked)
    gone = [row.pk for row in rows if (row.stripe_id, row.kind, row.field) not in again]
    if gone:
        Discrepancy.objects.filter(pk__in=gone).update(
            status=DiscrepancyStatus.RESOLVED, resolved_at=timezone.now(), note="Not found again."
        )


def _entries(run: ReconciliationRun, healed: Sequence[Finding]) -> list[Entry]:
    """One an object."""
    by_object: dict[str, list[Finding]] = defaultdict(list)
    for one in healed:
        by_object[one.stripe_id].append(one)
    return [
        Entry(
            "reconciliation.healed",
            (found[0].object_type, stripe_id),
            found[0].organization_id,
            before={one.field: one.here for one in found if one.field and one.here is not None},
            after={
                **{one.field: one.there for one in found if one.field and one.there is not None},
                "run": run.public_id,
                "kinds": sorted({str(one.kind) for one in found}),
            },
        )
        for stripe_id, found in sorted(by_object.items())
    ]


def _count(run: ReconciliationRun, noun: str, compared: Compared) -> None:
    tally = Counter({key: value for key, value in run.tallies.get(noun, {}).items() if key != "apart"})
    everything = [*compared.healed, *compared.open]
    tally.update(str(one.kind) for one in everything)
    tally["checked"] += len(compared.checked)
    tally["healed"] += len(compared.healed)
    tally["refreshed"] += compared.refreshed
    apart = _added(run.tallies.get(noun, {}).get("apart", {}), money(everything))
    run.tallies = {**run.tallies, noun: {**tally, "apart": apart}}
    if noun == "invoice":
        off = [one for one in everything if one.field in BILLED_FIELDS]
        run.misbilled = _added(run.misbilled, money(off))


def money(findings: Iterable[Finding]) -> dict[str, int]:
    """By currency, minor units; of an object that differs in several amounts the largest difference counts."""
    largest: dict[tuple[str, str], int] = {}
    for one in findings:
        key = one.stripe_id, one.currency
        largest[key] = max(largest.get(key, 0), one.amount if one.currency else 0)
    total: Counter[str] = Counter()
    for (_, currency), amount in largest.items():
        total[currency] += amount
    return {currency: amount for currency, amount in sorted(total.items()) if amount}


def _added(before: dict[str, int], more: dict[str, int]) -> dict[str, int]:
    return dict(sorted((Counter(before) + Counter(more)).items()))


def add_billed(run: ReconciliationRun, invoices: Iterable[tuple[int, str]]) -> None:
    """(total, currency) of invoices as Stripe has them."""
    totals: Counter[str] = Counter()
    for amount, currency in invoices:
        totals[currency] += amount
    run.billed = _added(run.billed, totals)
