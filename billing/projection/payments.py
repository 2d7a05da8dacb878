"""payment_intent -> Payment, charge -> PaymentAttempt, refund -> Refund, invoice_payment -> InvoicePayment."""

from billing.domain.ids import new_payment_id
from billing.gateway.fields import (
    card_of,
    invoice_payment_target,
    moment,
    payment_failure,
    reference,
    required_moment,
)
from billing.models import InvoicePayment, Payment, PaymentAttempt, Refund
from billing.projection.snapshot import Projectable
from billing.projection.upsert import upsert


def project_payment_intents(objects: list[Projectable]) -> None:
    """A payment intent without a customer belongs to nobody and has no row."""
    upsert(Payment, [payment(one) for one in objects if one.organization_id is not None])


def payment(one: Projectable) -> Payment:
    intent = one.snapshot
    code, message = payment_failure(intent)
    return Payment(
        public_id=new_payment_id(),
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        status=intent["status"],
        amount=intent["amount"],
        amount_received=intent.get("amount_received") or 0,
        currency=intent["currency"],
        method=(intent.get("payment_method_types") or [""])[0],
        payment_method_id=reference(intent.get("payment_method")),
        latest_charge_id=reference(intent.get("latest_charge")),
        failure_code=code,
        failure_message=message,
        description=intent.get("description") or "",
        canceled_at=moment(intent.get("canceled_at")),
        metadata=intent.get("metadata") or {},
        livemode=bool(intent["livemode"]),
        created_at=required_moment(intent["created"]),
    )


def project_charges(objects: list[Projectable]) -> None:
    upsert(PaymentAttempt, [attempt(one) for one in objects if one.organization_id is not None])


def attempt(one: Projectable) -> PaymentAttempt:
    charge = one.snapshot
    card = card_of(charge.get("payment_method_details"))
    outcome = charge.get("outcome") or {}
    return PaymentAttempt(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        payment_id=reference(charge.get("payment_intent")) or None,
        status=charge["status"],
        amount=charge["amount"],
        amount_captured=charge.get("amount_captured") or 0,
        amount_refunded=charge.get("amount_refunded") or 0,
        currency=charge["currency"],
        disputed=bool(charge.get("disputed")),
        failure_code=(outcome.get("reason") if charge.get("failure_code") == "card_declined" else None)
        or charge.get("failure_code")
        or "",
        failure_message=charge.get("failure_message") or "",
        payment_method_id=reference(charge.get("payment_method")),
        card_brand=card.get("brand") or "",
        card_last_four=card.get("last4") or "",
        balance_transaction_id=reference(charge.get("balance_transaction")),
        livemode=bool(charge["livemode"]),
        created_at=required_moment(charge["created"]),
    )


def project_refunds(objects: list[Projectable]) -> None:
    upsert(Refund, [refund(one) for one in objects])


def refund(one: Projectable) -> Refund:
    refund = one.snapshot
    return Refund(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        payment_id=reference(refund.get("payment_intent")) or None,
        attempt_id=reference(refund.get("charge")) or None,
        amount=refund["amount"],
        currency=refund["currency"],
        status=refund.get("status") or "",
        reason=refund.get("reason") or "",
        failure_reason=refund.get("failure_reason") or "",
        metadata=refund.get("metadata") or {},
        created_at=required_moment(refund["created"]),
    )


def project_invoice_payments(objects: list[Projectable]) -> None:
    upsert(InvoicePayment, [invoice_payment(one) for one in objects])


def invoice_payment(one: Projectable) -> InvoicePayment:
    paid = one.snapshot
    payment_intent, charge = invoice_payment_target(paid)
    return InvoicePayment(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        invoice_id=reference(paid["invoice"]),
        payment_id=payment_intent or None,
        charge_id=charge,
        status=paid["status"],
        amount_paid=paid.get("amount_paid"),
        amount_requested=paid["amount_requested"],
        currency=paid["currency"],
        is_default=bool(paid.get("is_default")),
        paid_at=moment((paid.get("status_transitions") or {}).get("paid_at")),
        livemode=bool(paid["livemode"]),
        created_at=required_moment(paid["created"]),
    )
