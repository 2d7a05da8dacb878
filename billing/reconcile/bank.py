"""The bank's side: payments, refunds and disputes against the movements of the balance, those against the payouts.

All from our own rows, which were just compared with Stripe's, by one statement a check; only what an automatic payout
consists of is asked, once a payout. Nothing here can be healed: what differs is for a person.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from billing.gateway.listing import walk
from billing.models import BalanceTransaction, Discrepancy, Payout, ReconciliationRun
from billing.models.reconciliation import DiscrepancyKind, DiscrepancyStatus
from billing.reconcile.compare import Finding
from billing.reconcile.findings import OF_THE_BANK, keep
from billing.reconcile.pages import Compared

NOUN = "bank"

# What each should have moved the balance by. Other currencies are converted by Stripe, at a rate of its own.
_MOVED = """
WITH due AS (
    SELECT 'charge' AS kind, stripe_id, organization_id, currency, amount_captured AS amount
        FROM billing_paymentattempt WHERE status = 'succeeded'
    UNION ALL
    SELECT 'refund', stripe_id, organization_id, currency, CASE status WHEN 'succeeded' THEN -amount ELSE 0 END
        FROM billing_refund WHERE status IN ('succeeded', 'failed', 'canceled')
    UNION ALL
    SELECT 'dispute', stripe_id, organization_id, currency,
        CASE WHEN status IN ('needs_response', 'under_review', 'lost') THEN -amount ELSE 0 END
        FROM billing_dispute WHERE status <> 'prevented'
), moved AS (
    SELECT source_id, sum(amount) AS amount, min(currency) AS currency, count(*) AS movements
    FROM billing_balancetransaction GROUP BY source_id
)
SELECT due.kind, due.stripe_id, due.organization_id, coalesce(moved.amount, 0)::bigint, due.amount, due.currency
FROM due LEFT JOIN moved ON moved.source_id = due.stripe_id
WHERE coalesce(moved.amount, 0) <> due.amount AND coalesce(moved.currency, due.currency) = due.currency
    -- What Stripe does not have was found missing there, and moved nothing
    AND NOT EXISTS (SELECT FROM billing_stripeobject AS o WHERE o.stripe_id = due.stripe_id AND o.deleted)
ORDER BY due.stripe_id
"""
# An automatic payout is the sum of what it pays out; its own movement, and its return, are not of it.
_PAID_OUT = """
SELECT p.stripe_id, coalesce(sum(b.net), 0)::bigint, p.amount, p.currency
FROM billing_payout p LEFT JOIN billing_balancetransaction b
    ON b.payout_id = p.stripe_id AND b.source_id <> p.stripe_id
WHERE p.automatic AND p.stripe_id = ANY(%(known)s)
GROUP BY p.stripe_id, p.amount, p.currency HAVING coalesce(sum(b.net), 0) <> p.amount
ORDER BY p.stripe_id
"""


def compare_bank(run: ReconciliationRun, renew: Callable[[], object]) -> None:
    """Raises the faults of `billing.gateway.errors`; may run again at any time."""
    _break_payouts_down(run, renew)
    with transaction.atomic():
        found = [*_not_moved(), *_not_paid_out()]
        _close_what_adds_up({one.stripe_id for one in found})
        keep(run, NOUN, Compared(open=found))
        run.save(update_fields=["tallies", "stripe_calls"])
        renew()


def _break_payouts_down(run: ReconciliationRun, renew: Callable[[], object]) -> None:
    """Which movements went out in which payout; of each automatic payout once, unless it does not add up."""
    known = BalanceTransaction.objects.exclude(payout_id="").values("payout_id")
    waiting = Payout.objects.filter(automatic=True).exclude(stripe_id__in=known).order_by("created_at", "pk")
    doubtful = [one.stripe_id for one in _not_paid_out()]
    for payout in [*waiting.values_list("stripe_id", flat=True), *doubtful]:
        for page in walk("balance_transaction", extra={"payout": payout}):
            run.stripe_calls += 1
            ids = [str(row["id"]) for row in page.rows]
            BalanceTransaction.objects.filter(Q(stripe_id__in=ids) & ~Q(payout_id=payout)).update(payout_id=payout)
        renew()


def _not_moved() -> list[Finding]:
    return [
        Finding(
            DiscrepancyKind.AMOUNT_DIFFERS,
            kind,
            stripe_id,
            organization_id,
            "balance",
            here=here,
            there=there,
            amount=abs(there - here),
            currency=currency,
        )
        for kind, stripe_id, organization_id, here, there, currency in _rows(_MOVED)
    ]


def _not_paid_out() -> list[Finding]:
    known = list(BalanceTransaction.objects.exclude(payout_id="").values_list("payout_id", flat=True).distinct())
    return [
        Finding(
            DiscrepancyKind.AMOUNT_DIFFERS,
            "payout",
            stripe_id,
            None,
            "payout",
            here=here,
            there=there,
            amount=abs(there - here),
            currency=currency,
        )
        for stripe_id, here, there, currency in _rows(_PAID_OUT, known=known)
    ]


def _rows(statement: str, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _close_what_adds_up(found: set[str]) -> None:
    rows = Discrepancy.objects.open().filter(field__in=OF_THE_BANK, kind=DiscrepancyKind.AMOUNT_DIFFERS)
    rows.exclude(stripe_id__in=found).update(status=DiscrepancyStatus.RESOLVED, note="It adds up now.")
