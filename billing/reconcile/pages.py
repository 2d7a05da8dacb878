"""What Stripe answered against our rows, in one transaction."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from billing.models import StripeObject, SubscriptionChange
from billing.models.reconciliation import DiscrepancyKind
from billing.projection import current
from billing.projection.apply import resolve
from billing.projection.erased import forget_persons
from billing.projection.listed import may_be_older
from billing.projection.owners import erased_among
from billing.projection.sighting import Fetched
from billing.projection.snapshot import Projectable
from billing.reconcile.compare import Finding, differences, worth
from billing.reconcile.effects import missing_effects
from billing.reconcile.heal import apply_answers, project_again

TOLD_BY_LISTS = frozenset({"balance_transaction"})
"""Stripe has no events of these: that they come with a list is no difference."""
PAID = "paid"
"""Of an invoice's payment Stripe tells when it is paid, and not before."""


@dataclass(slots=True)
class Compared:
    """`healed` and `open` are findings; `refreshed` counts objects that differed in nothing that has a column of its
    own. `contended` (id -> type) were written by others meanwhile: fetch them. `same` were compared, and did not differ
    in anything."""

    checked: list[str] = field(default_factory=list)
    healed: list[Finding] = field(default_factory=list)
    open: list[Finding] = field(default_factory=list)
    refreshed: int = 0
    contended: dict[str, str] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)


def compare_answers(noun: str, answers: Sequence[Fetched], asked_at: datetime) -> Compared:
    """Compare field by field what Stripe answered, heal, and compare again what was healed; in the caller's
    transaction.

    An answer whose `noted_version` is -1 is of a list: Stripe was asked for it at `asked_at`.
    """
    if not answers:
        return Compared()
    stored = current.load([answer.stripe_id for answer in answers])
    gone = [answer for answer in answers if _is_gone(answer)]
    there, early = _resolved([answer for answer in answers if not _is_gone(answer)])
    found = _found(noun, there, early, stored)
    outcome = Compared()
    stale = {one.stripe_id for one in there if _is_stale(one, stored.get(one.stripe_id))} | early
    suspects = stale | found.keys()
    contended = {one for one in suspects if may_be_older(stored.get(one), asked_at) and _is_listed(one, answers)}
    outcome.contended = dict.fromkeys(contended, noun)
    lost = [_lost(answer, stored[answer.stripe_id]) for answer in gone if answer.stripe_id in stored]
    to_apply = [_noted(answer, stored) for answer in answers if answer.stripe_id in stale - contended] + gone
    outcome.contended |= apply_answers(to_apply) if to_apply else {}
    project_again(stored[one] for one in sorted(found.keys() - stale - contended) if one in stored)
    outcome.healed += lost
    _judge(noun, there, found, early, outcome)
    outcome.checked = [answer.stripe_id for answer in answers if answer.stripe_id not in outcome.contended]
    outcome.refreshed = len(stale - found.keys() - outcome.contended.keys())
    if noun == "subscription":
        _tell_effects([one for one in there if one.stripe_id not in outcome.contended], outcome)
    differed = {one.stripe_id for one in (*outcome.healed, *outcome.open)} | stale
    outcome.same = [one.stripe_id for one in there if one.stripe_id not in differed | outcome.contended.keys()]
    return outcome


def _is_gone(answer: Fetched) -> bool:
    return answer.snapshot is None or bool(answer.snapshot.get("deleted"))


def _is_listed(stripe_id: str, answers: Sequence[Fetched]) -> bool:
    return any(answer.stripe_id == stripe_id and answer.noted_version < 0 for answer in answers)


def _noted(answer: Fetched, stored: dict[str, StripeObject]) -> Fetched:
    row = stored.get(answer.stripe_id)
    return replace(answer, noted_version=row.version if row else 0) if answer.noted_version < 0 else answer


def _resolved(answers: Sequence[Fetched]) -> tuple[list[Projectable], Set[str]]:
    """As they would be stored: whose they are, and of an erased customer nothing personal."""
    rows = [
        StripeObject(stripe_id=one.stripe_id, object_type=one.object_type, snapshot=one.snapshot, previous={})
        for one in answers
    ]
    projectables, early = resolve(rows)
    erased = erased_among(one.organization_id for one in projectables)
    return forget_persons(projectables, rows, erased), early


def _is_stale(one: Projectable, row: StripeObject | None) -> bool:
    return row is None or row.deleted or row.snapshot != one.snapshot


def _found(
    noun: str, there: Sequence[Projectable], early: Set[str], stored: dict[str, StripeObject]
) -> dict[str, list[Finding]]:
    known = [one for one in there if one.stripe_id in stored and not stored[one.stripe_id].deleted]
    found = differences(noun, known)
    names = {one.stripe_id for one in known}
    for one in there:
        if one.stripe_id not in names and _is_told(noun, one):
            found[one.stripe_id] = [_missing_here(noun, one.stripe_id, one)]
    for stripe_id in early:
        found[stripe_id] = [_missing_here(noun, stripe_id, None)]
    return found


def _is_told(noun: str, one: Projectable) -> bool:
    """Whether an event should have brought it."""
    if noun == "invoice_payment":
        return bool(one.snapshot.get("status") == PAID)
    return noun not in TOLD_BY_LISTS


def _missing_here(noun: str, stripe_id: str, one: Projectable | None) -> Finding:
    amount, currency = worth(one.snapshot) if one else (0, "")
    owner = one.organization_id if one else None
    return Finding(DiscrepancyKind.MISSING_HERE, noun, stripe_id, owner, amount=amount, currency=currency)


def _lost(answer: Fetched, row: StripeObject) -> Finding:
    amount, currency = worth(row.snapshot)
    projectables, _ = resolve([row])
    owner = projectables[0].organization_id if projectables else None
    return Finding(
        DiscrepancyKind.MISSING_THERE, answer.object_type, answer.stripe_id, owner, amount=amount, currency=currency
    )


def _judge(
    noun: str,
    there: Sequence[Projectable],
    found: dict[str, list[Finding]],
    early: Set[str],
    outcome: Compared,
) -> None:
    """Healed is what does not differ any more."""
    tried = found.keys() - outcome.contended.keys()
    left = differences(noun, [one for one in there if one.stripe_id in tried]) if tried else {}
    for stripe_id in sorted(tried):
        still = [*left.get(stripe_id, ()), *(found[stripe_id] if stripe_id in early else ())]
        outcome.open += still
        open_fields = {finding.field for finding in still}
        outcome.healed += [finding for finding in found[stripe_id] if finding.field not in open_fields]


def _tell_effects(there: Sequence[Projectable], outcome: Compared) -> None:
    facts = []
    for finding, fact in missing_effects(there):
        (outcome.open if fact is None else outcome.healed).append(finding)
        facts += [fact] if fact is not None else []
    SubscriptionChange.objects.bulk_create(facts, ignore_conflicts=True)
