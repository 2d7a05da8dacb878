"""Give money back."""

from typing import Any

from django.conf import settings

from audit.actor import Actor
from audit.record import record
from billing.models import Payment, Refund, StripeCommand
from billing.queries.refunds import refundable, refunded_alone
from billing.services import commands
from billing.services.errors import Cannot
from billing.services.guard import act
from billing.services.guarded import GuardedVerb, MoneyEffect, Parameters, guarded

REASON_CODES = ("duplicate", "fraudulent", "requested_by_customer")
"""Stripe's own; it blocks the card of what is called fraudulent."""


class CannotRefund(Cannot):
    """This much of the payment cannot be given back."""

    code = "cannot_refund"


def refund(
    *, payment: Payment, amount: int, currency: str = "", reason_code: str = "", reason: str = "", by: Actor
) -> Refund:
    """Give `amount` minor units of the payment back, by the way that they came.

    Never more than was captured, whoever else refunds at the same moment. `currency`, where it is given, has to be the
    payment's. Raises CannotRefund, ApprovalNeeded over the caller's limit, StripeRefused, OutcomeUnknown.
    """
    parameters = {"amount": amount, "currency": currency or payment.currency, "reason_code": reason_code}
    command = act(REFUND, target=payment, parameters=parameters, reason=reason, by=by)
    return refund_of(command)


def refund_of(command: StripeCommand | None) -> Refund:
    """What came of a command that Stripe carried out."""
    return Refund.objects.get(stripe_id=command.result_id if command else "")


def refund_effect(payment: Payment, parameters: Parameters) -> MoneyEffect:
    """What the refund would move. Raises CannotRefund."""
    _check(payment, parameters)
    standing = refundable(payment)
    paid = payment.invoice_payments.order_by("id")
    facts = {
        "amount": parameters["amount"],
        "captured": standing.captured,
        "left": standing.left,
        "invoices": [list(one) for one in paid.values_list("invoice__number", "invoice__status")],
    }
    return MoneyEffect(parameters["amount"], payment.currency, facts)


def _store_refund(payment: Payment, parameters: Parameters, *, reason: str, by: Actor, approval: str) -> StripeCommand:
    _check(payment, parameters)
    amount, code = parameters["amount"], parameters["reason_code"]
    record(
        "refund.requested",
        target=("payment", payment.stripe_id or payment.public_id),
        organization_id=payment.organization_id,
        after={"amount": amount, "currency": payment.currency, "reason_code": code, "approval": approval},
        reason=reason,
    )
    asked: dict[str, Any] = {"payment_intent": payment.stripe_id, "amount": amount}
    if code:
        asked["reason"] = code
    return commands.prepare(
        operation="refunds.create", parameters=asked, organization_id=payment.organization_id, by=by
    )


def check_refundable(payment: Payment) -> int:
    """How much can go back: at least one minor unit. Raises CannotRefund."""
    if payment.livemode != settings.STRIPE_LIVE_MODE:
        raise CannotRefund("The payment is of the other mode, live or test.", code="other_mode")
    if not payment.stripe_id:
        raise CannotRefund("The payment was taken outside Stripe; give it back the same way.", code="not_at_stripe")
    if payment.status != "succeeded":
        raise CannotRefund("Only a payment that succeeded can be given back.", code="not_succeeded")
    if payment.attempts.filter(disputed=True).exists():
        raise CannotRefund("The payment is disputed: the bank decides whose the money is.", code="disputed")
    left = refundable(payment).left
    if left < 1:
        raise CannotRefund("It is refunded in full, or asked to be.", code="already_refunded")
    return left


def _check(payment: Payment, parameters: Parameters) -> None:
    left = check_refundable(payment)
    amount, currency, code = parameters["amount"], parameters["currency"], parameters["reason_code"]
    if currency != payment.currency:
        raise CannotRefund(f"The payment is in {payment.currency}, not in {currency}.", code="currency_mismatch")
    if code and code not in REASON_CODES:
        raise CannotRefund(f"The reason code is one of: {', '.join(REASON_CODES)}.", code="invalid_reason_code")
    if amount < 1:
        raise CannotRefund("A refund gives back at least one minor unit.", code="invalid_amount")
    if amount > left:
        raise CannotRefund(f"At most {left} {payment.currency} (minor units) can go back.", code="amount_too_large")


REFUND = guarded(
    GuardedVerb(
        name="payment.refund",
        label="Refund",
        permission="billing.refund_payment",
        model=Payment,
        effect=refund_effect,
        store=_store_refund,
        moved_alone=refunded_alone,
    )
)
