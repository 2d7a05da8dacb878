"""How much of a payment can still go back."""

from dataclasses import dataclass

from django.db.models import QuerySet

from billing.domain.ids import COMMAND_KEY
from billing.models import Approval, Payment, StripeCommand
from billing.models.stripe_command import CommandStatus

NOT_GIVEN = ("failed", "canceled")


@dataclass(frozen=True, slots=True)
class Refundable:
    """Minor units. `asked` is what we asked Stripe to give back and have no refund of yet: it counts as given, for it
    may be done at any moment."""

    captured: int
    refunded: int
    asked: int

    @property
    def left(self) -> int:
        return max(self.captured - self.refunded - self.asked, 0)


def refundable(payment: Payment) -> Refundable:
    """Exact while the payment's row is locked: refunds of ours are stored under that lock before they are asked."""
    rows = list(payment.refunds.values_list("amount", "status", "metadata"))
    known = {metadata.get(COMMAND_KEY) for _amount, _status, metadata in rows}
    return Refundable(
        captured=payment.amount_received,
        refunded=sum(amount for amount, status, _metadata in rows if status not in NOT_GIVEN),
        asked=sum(command.parameters["amount"] for command in _commands(payment) if command.public_id not in known),
    )


def refunded_alone(payment: Payment) -> int:
    """What was given back of the payment, or asked of Stripe, without a second person's approval."""
    alone = _commands(payment).exclude(pk__in=Approval.objects.exclude(command=None).values("command"))
    return sum(command.parameters["amount"] for command in alone)


def _commands(payment: Payment) -> QuerySet[StripeCommand]:
    """Refunds of the payment that Stripe was asked for and did not refuse."""
    return StripeCommand.objects.filter(
        organization_id=payment.organization_id,
        operation="refunds.create",
        parameters__payment_intent=payment.stripe_id,
    ).exclude(status=CommandStatus.FAILED)
