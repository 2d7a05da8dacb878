"""Payments to give back, people who ask, and people who decide."""

from typing import Any

from django.conf import settings

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.models import Approval, Payment, Subscription, User
from billing.services.guard import ApprovalNeeded
from billing.services.refunds import refund
from billing.staff import StaffGroup
from tests.admin.scene import staff
from tests.factories import PaymentFactory
from tests.stripe_events import ask_sandbox

REASON = "Customer asked: Paid twice, see NW-0039"


def person(group: StaffGroup | None, **fields: Any) -> Actor:
    """Somebody of that group, as an actor."""
    return actor_of(staff(group, **fields))


def actor_of(user: User) -> Actor:
    return Actor(ActorKind.STAFF, str(user.pk))


def payment_of(subscription: Subscription) -> Payment:
    """The payment of its invoice, as the sandbox knows it and as its events would bring it."""
    organization = subscription.organization
    intents = ask_sandbox(settings.STRIPE_API_BASE, "/v1/payment_intents?limit=100")["data"]
    (intent,) = [one for one in intents if one["customer"] == organization.stripe_customer_id]
    made: Payment = PaymentFactory(
        stripe_id=intent["id"],
        organization=organization,
        amount=intent["amount"],
        amount_received=intent["amount_received"],
    )
    return made


def asked(payment: Payment, amount: int, by: Actor, **more: Any) -> Approval:
    """The approval that the refund has to wait for."""
    try:
        refund(payment=payment, amount=amount, reason=REASON, by=by, **more)
    except ApprovalNeeded as needed:
        return needed.approval
    raise AssertionError("It was done without being asked for.")


def steps_of(approval: Approval) -> list[str]:
    """The log's actions, oldest first."""
    entries = AuditEntry.objects.filter(target_type="approval", target_id=approval.public_id).order_by("id")
    return [entry.action.removeprefix("approval.") for entry in entries]


def causes_of(approval: Approval) -> list[str]:
    """Why it was refused or came to nothing."""
    entries = AuditEntry.objects.filter(target_id=approval.public_id).order_by("id")
    return [entry.after["cause"] for entry in entries if "cause" in entry.after]
