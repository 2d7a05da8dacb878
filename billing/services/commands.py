"""Run a StripeCommand: ask Stripe under its key, then read the answer back into the rows.

The command is committed before the call. A crash anywhere is finished by `billing.services.resuming`, so that Stripe
does it once (https://docs.stripe.com/api/idempotent_requests).
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.actor import Actor
from audit.context import current
from billing.gateway import pace
from billing.gateway.client import Json
from billing.gateway.errors import Declined, Refused, StripeFault, Unknown
from billing.gateway.operations import marked, perform
from billing.models import StripeCommand
from billing.models.stripe_command import CommandStatus
from billing.services import idempotency
from billing.services.command_outcomes import finish, postpone
from billing.services.errors import Cannot, OutcomeUnknown, PaymentDeclined, StripeRefused, StripeUnavailable
from billing.services.read_back import TooContended, note_version, read_back

LEASE = timedelta(seconds=60)  # longer than the longest wait for a turn and time-out of a request together
STORED_FAULT = 500  # Stripe keeps it under the key; what a gateway in between says, it does not know of
NO_ACCESS = (401, 403)  # what Stripe says of our key, not of what was asked


def prepare(*, operation: str, parameters: dict[str, Any], organization_id: int | None, by: Actor) -> StripeCommand:
    """Store the command, in the transaction that checked whether it may be given. Nobody else runs it for the
    length of the lease, because the caller will.

    Raises StripeUnavailable while Stripe does not answer anybody: what is not stored is not done later, unexpectedly.
    """
    if seconds := pace.closed_for():
        raise StripeUnavailable(
            "Stripe does not answer at the moment; nothing was done. Try again.", retry_after=seconds
        )
    command = StripeCommand(
        operation=operation,
        parameters=parameters,
        organization_id=organization_id,
        actor_kind=by.kind,
        actor_id=by.id,
        request_id=current().request_id,
        next_attempt_at=timezone.now() + LEASE,
    )
    command.parameters = marked(operation, parameters, command.public_id)
    command.idempotency_key = command.public_id
    idempotency.renew(now=timezone.now())
    command.save(force_insert=True)
    return command


def run(command: StripeCommand, *, bulk: bool = False) -> StripeCommand:
    """Ask Stripe and apply its answer; the caller holds the lease and no transaction. In `bulk` it waits its turn.

    Raises PaymentDeclined or StripeRefused where Stripe said no, OutcomeUnknown where it did not answer, and
    StillRunning, before it asks, where another request took this one's `Idempotency-Key` over.
    """
    idempotency.renew(now=timezone.now())
    noted = note_version(str(command.parameters.get("id", "")))
    try:
        answer = perform(command.operation, command.parameters, idempotency_key=command.idempotency_key, bulk=bulk)
    except Refused as fault:
        if command.status == CommandStatus.UNKNOWN and fault.status in NO_ACCESS:
            postpone(command, fault)
            raise OutcomeUnknown(command) from fault
        finish(command, CommandStatus.FAILED, fault)
        raise refusal(fault) from fault
    except StripeFault as fault:
        command.key_spent = command.key_spent or fault.status == STORED_FAULT
        postpone(command, fault)
        raise OutcomeUnknown(command) from fault
    return conclude(command, answer, noted_version=noted, bulk=bulk)


def conclude(
    command: StripeCommand, answer: Json, *, noted_version: int, bulk: bool, found: bool = False
) -> StripeCommand:
    """Bring what Stripe made into the rows, then call the command done. Where that needs another question that Stripe
    does not answer, the command is looked up later. Raises OutcomeUnknown."""
    try:
        read_back(answer, noted_version=noted_version, bulk=bulk)
    except (StripeFault, TooContended) as trouble:
        postpone(command, Unknown("Stripe did it; its answer is still to be read back.", code="not_read_back"))
        raise OutcomeUnknown(command) from trouble
    finish(command, CommandStatus.DONE, answer=answer, found=found)
    return command


def refusal(fault: Refused) -> Cannot:
    """What the service raises for it."""
    if isinstance(fault, Declined):
        return PaymentDeclined(fault.message, decline_code=fault.decline_code or fault.code)
    return StripeRefused(fault.message, code=fault.code)
