"""balance_transaction -> BalanceTransaction, payout -> Payout. A balance transaction has no events: it arrives when
somebody lists it."""

from billing.gateway.fields import moment, reference, required_moment
from billing.models import BalanceTransaction, Payout
from billing.projection.snapshot import Projectable
from billing.projection.upsert import upsert


def project_balance_transactions(objects: list[Projectable]) -> None:
    upsert(BalanceTransaction, [balance_transaction(one) for one in objects])


def balance_transaction(one: Projectable) -> BalanceTransaction:
    moved = one.snapshot
    return BalanceTransaction(
        stripe_id=one.stripe_id,
        type=moved["type"],
        reporting_category=moved.get("reporting_category") or "",
        status=moved["status"],
        source_id=reference(moved.get("source")),
        amount=moved["amount"],
        fee=moved.get("fee") or 0,
        net=moved["net"],
        currency=moved["currency"],
        exchange_rate=str(moved.get("exchange_rate") or ""),
        available_on=moment(moved.get("available_on")),
        created_at=required_moment(moved["created"]),
    )


def project_payouts(objects: list[Projectable]) -> None:
    upsert(Payout, [payout(one) for one in objects])


def payout(one: Projectable) -> Payout:
    sent = one.snapshot
    return Payout(
        stripe_id=one.stripe_id,
        status=sent["status"],
        amount=sent["amount"],
        currency=sent["currency"],
        automatic=bool(sent.get("automatic")),
        method=sent.get("method") or "",
        reconciliation_status=sent.get("reconciliation_status") or "",
        balance_transaction_id=reference(sent.get("balance_transaction")),
        failure_balance_transaction_id=reference(sent.get("failure_balance_transaction")),
        failure_code=sent.get("failure_code") or "",
        arrives_at=moment(sent.get("arrival_date")),
        metadata=sent.get("metadata") or {},
        livemode=bool(sent["livemode"]),
        created_at=required_moment(sent["created"]),
    )
