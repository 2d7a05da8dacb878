"""dispute -> Dispute."""

from billing.gateway.fields import moment, reference, required_moment
from billing.models import Dispute
from billing.projection.snapshot import Projectable
from billing.projection.upsert import upsert


def project(objects: list[Projectable]) -> None:
    """A dispute of a charge without a customer belongs to nobody and has no row."""
    upsert(Dispute, [dispute(one) for one in objects if one.organization_id is not None])


def dispute(one: Projectable) -> Dispute:
    told = one.snapshot
    evidence = told.get("evidence_details") or {}
    return Dispute(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        attempt_id=reference(told.get("charge")) or None,
        payment_id=reference(told.get("payment_intent")) or None,
        status=told["status"],
        reason=told.get("reason") or "",
        network_reason_code=told.get("network_reason_code") or "",
        amount=told["amount"],
        currency=told["currency"],
        is_charge_refundable=bool(told.get("is_charge_refundable")),
        evidence_due_at=moment(evidence.get("due_by")),
        has_evidence=bool(evidence.get("has_evidence")),
        submission_count=evidence.get("submission_count") or 0,
        balance_transaction_ids=[reference(one) for one in told.get("balance_transactions") or []],
        metadata=told.get("metadata") or {},
        livemode=bool(told["livemode"]),
        created_at=required_moment(told["created"]),
    )
