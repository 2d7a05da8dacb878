"""Run a StripeCommand: ask Stripe under its key, then read the answer back into the rows.

The command is committed before the call. A crash anywhere is finished by `resume_due` with the same key, so that
Stripe does it once (https://docs.stripe.com/api/idempotent_requests).
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import current
from audit.record import record
from audit.redaction import redact_text
from billing.domain.retry import delay_after
from billing.gateway.client import Json
from billing.gateway.errors import Busy, Declined, Refused, StripeFault
from billing.gateway.operations import perform
from billing.models import StripeCommand
from billing.models.stripe_command import UNFINISHED, CommandStatus
from billing.services import idempotency
from billing.services.errors import Cannot, OutcomeUnknown, PaymentDeclined, StripeRefused
from billing.services.read_back import note_version, read_back

LEASE = timedelta(seconds=60)  # longer than the longest time-out of a request to Stripe

logger = structlog.get_logger(__name__)


def prepare(*, operation: str, parameters: dict[str, Any], organization_id: int | None, by: Actor) -> StripeCommand:
    """Store the command, in the transaction that checked whether it may be given. Nobody else runs it for the
    length of the lease, because the caller will."""
    command = StripeCommand(
        operation=operation,
        parameters=parameters,
        organization_id=organization_id,
        actor_kind=by.kind,
        actor_id=by.id,
        request_id=current().request_id,
        next_attempt_at=timezone.now() + LEASE,
    )
    command.idempotency_key = command.public_id
    idempotency.renew(now=timezone.now())
    command.save(force_insert=True)
    return command


def run(command: StripeCommand) -> StripeCommand:
    """Ask Stripe and apply its answer; the caller holds the lease and no transaction.

    Raises PaymentDeclined or StripeRefused where Stripe said no, OutcomeUnknown where it did not answer, and
    StillRunning, before it asks, where another request took this one's `Idempotency-Key` over.
    """
    idempotency.renew(now=timezone.now())
    noted = note_version(str(command.parameters.get("id", "")))
    try:
        answer = perform(command.operation, command.parameters, idempotency_key=command.idempotency_key)
    except Refused as fault:
        _finish(command, CommandStatus.FAILED, fault)
        raise _refusal(fault) from fault
    except StripeFault as fault:
        _postpone(command, fault)
        raise OutcomeUnknown(command) from fault
    read_back(answer, noted_version=noted)
    _finish(command, CommandStatus.DONE, answer=answer)
    return command


def resume_due(*, now: datetime | None = None, limit: int = 100) -> int:
    """Finish commands that a crash or a silent Stripe left open; returns how many were looked at."""
    count = 0
    while count < limit and (command := _claim(now or timezone.now())):
        count += 1
        try:
            run(command)
        except (Cannot, OutcomeUnknown) as outcome:
            logger.info("command_resumed", command=command.public_id, outcome=str(outcome))
    return count


def _claim(now: datetime) -> StripeCommand | None:
    with transaction.atomic():
        due = StripeCommand.objects.select_for_update(skip_locked=True).due(now=now)
        command = due.order_by("next_attempt_at", "id").first()
        if command is not None:
            command.next_attempt_at = now + LEASE
            command.save(update_fields=["next_attempt_at"])
        return command


def _finish(
    command: StripeCommand, status: CommandStatus, fault: StripeFault | None = None, answer: Json | None = None
) -> None:
    command.status = status
    command.attempts += 1
    command.finished_at = timezone.now()
    command.result_id = str((answer or {}).get("id", ""))
    _note_fault(command, fault)
    with transaction.atomic():
        if StripeCommand.objects.filter(pk=command.pk, status__in=UNFINISHED).exists():
            command.save()
            _log(command)


def _postpone(command: StripeCommand, fault: StripeFault) -> None:
    """Busy: Stripe did not do it. Anything else: nobody knows. Both are asked again with the same key."""
    command.status = CommandStatus.PENDING if isinstance(fault, Busy) else CommandStatus.UNKNOWN
    command.attempts += 1
    command.next_attempt_at = timezone.now() + delay_after(command.attempts, jitter=0)
    _note_fault(command, fault)
    with transaction.atomic():
        command.save()
        _log(command)


def _note_fault(command: StripeCommand, fault: StripeFault | None) -> None:
    command.error_code = fault.code if fault else ""
    command.error_message = redact_text(fault.message) if fault else ""
    command.decline_code = fault.decline_code if fault else ""


def _log(command: StripeCommand) -> None:
    action = "command.unknown" if command.status in UNFINISHED else f"command.{command.status}"
    record(
        action,
        target=("command", command.public_id),
        organization_id=command.organization_id,
        after={
            "operation": command.operation,
            "result": command.result_id,
            "error_code": command.error_code,
            "decline_code": command.decline_code,
        },
    )


def _refusal(fault: Refused) -> Cannot:
    if isinstance(fault, Declined):
        return PaymentDeclined(fault.message, decline_code=fault.decline_code or fault.code)
    return StripeRefused(fault.message, code=fault.code)
