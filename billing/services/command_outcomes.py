"""Note what came of a StripeCommand, in its row and in the log, in one transaction.

An outcome is noted once: whoever comes second, with whatever, changes nothing. And an unknown one stays unknown until
it is found or refused: that Stripe was too busy for the second time of asking says nothing of the first.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.redaction import redact_text
from billing.domain.retry import delay_after
from billing.gateway.client import Json
from billing.gateway.errors import Busy, StripeFault, Unreachable
from billing.models import StripeCommand
from billing.models.stripe_command import UNFINISHED, CommandStatus

IN_FLIGHT = "idempotency_key_in_use"
"""An earlier request under the key is still at work: it may yet be done."""
LONGEST_PAUSE = timedelta(hours=1)


def finish(
    command: StripeCommand,
    status: CommandStatus,
    fault: StripeFault | None = None,
    answer: Json | None = None,
    *,
    found: bool = False,
) -> None:
    """It is done, or failed. `found`: Stripe did not say so, we looked it up."""
    command.status = status
    command.attempts += 1
    command.finished_at = timezone.now()
    command.result_id = str((answer or {}).get("id", ""))
    _note_fault(command, fault)
    _save(command, f"command.{status}", **({"looked_up": True} if found else {}))


def postpone(command: StripeCommand, fault: StripeFault) -> None:
    """Nothing is decided; it is looked at again after a pause, not before Stripe's own Retry-After."""
    unknown = command.status == CommandStatus.UNKNOWN or not isinstance(fault, Busy) or fault.code == IN_FLIGHT
    command.status = CommandStatus.UNKNOWN if unknown else CommandStatus.PENDING
    if not isinstance(fault, Unreachable):
        command.attempts += 1
    own = min(delay_after(command.attempts, jitter=0), LONGEST_PAUSE)
    command.next_attempt_at = timezone.now() + max(own, timedelta(seconds=fault.retry_after))
    _note_fault(command, fault)
    _save(command, "command.unknown" if unknown else "command.postponed")


def change_key(command: StripeCommand) -> None:
    """Go on under a new key, stored before it is used: under the old one Stripe would repeat its error for a day."""
    command.idempotency_key = f"{command.public_id}.{command.attempts + 1}"
    command.key_spent = False
    _save(command, "command.key_changed")


def _note_fault(command: StripeCommand, fault: StripeFault | None) -> None:
    command.error_code = fault.code if fault else ""
    command.error_message = redact_text(fault.message) if fault else ""
    command.decline_code = fault.decline_code if fault else ""


@transaction.atomic
def _save(command: StripeCommand, action: str, **more: object) -> None:
    if not StripeCommand.objects.select_for_update().filter(pk=command.pk, status__in=UNFINISHED).exists():
        return
    command.save()
    record(
        action,
        target=("command", command.public_id),
        organization_id=command.organization_id,
        after={
            "operation": command.operation,
            "result": command.result_id,
            "error_code": command.error_code,
            "decline_code": command.decline_code,
            **more,
        },
    )
