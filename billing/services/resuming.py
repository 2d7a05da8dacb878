"""Finish commands that a crash or a silent Stripe left open: look up first, and only then ask again.

- Found: it is done.
- Certainly not there, and the key is young: asked again under the same key, so that a request that is still on its way
  changes nothing. Where Stripe answered 500, under a new key: for the old one it would repeat that for a day.
- Certainly not there, and Stripe may have forgotten the key: failed as `not_carried_out`. Nobody expects it any more.
- It cannot be looked up: asked again under the same key while that is young. Else, and where a later change has
  covered what it did, it stays unknown, for a person.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from billing.gateway.errors import CANNOT_LOOK_UP, Refused, StripeFault, Unknown, Unreachable, Unsure
from billing.gateway.operations import look_up
from billing.models import StripeCommand
from billing.models.stripe_command import CommandStatus
from billing.services.command_outcomes import change_key, finish, postpone
from billing.services.commands import conclude, refusal, run
from billing.services.errors import Cannot, OutcomeUnknown

LEASE = timedelta(seconds=120)  # longer than a look-up and a request, each with its wait for a turn

logger = structlog.get_logger(__name__)


def resume_due(*, now: datetime | None = None, limit: int = 100, renew: Callable[[], None] = lambda: None) -> int:
    """Go on with commands that are due, the longest waiting first, each once; returns how many were looked at.

    One that fails unexpectedly is put off and holds up no other. Where Stripe is not asked at all now, the rest is
    left to the next tick. `renew` is called before each.
    """
    tried: list[int] = []
    while len(tried) < limit and (command := _claim(now or timezone.now(), tried)):
        renew()
        tried.append(command.pk)
        if not _try(command, now or timezone.now()):
            break
    return len(tried)


def resume(command: StripeCommand, *, now: datetime) -> StripeCommand:
    """Finish one command; the caller holds its lease and no transaction.

    Raises PaymentDeclined or StripeRefused where nothing was done and nothing will be, and OutcomeUnknown.
    """
    if command.status != CommandStatus.UNKNOWN and not command.key_is_old(now=now):
        return run(command, bulk=True)
    try:
        there = look_up(command.operation, command.parameters, mark=command.public_id)
    except StripeFault as fault:
        if isinstance(fault, Unsure) and fault.code == CANNOT_LOOK_UP and _may_ask_again(command, now):
            return run(command, bulk=True)
        postpone(command, fault)
        raise OutcomeUnknown(command) from fault
    if there is not None:
        return conclude(command, there, noted_version=0, bulk=True, found=True)
    if command.key_is_old(now=now):
        never = Refused("Stripe did not carry it out, and it is too late to ask again.", code="not_carried_out")
        finish(command, CommandStatus.FAILED, never)
        raise refusal(never)
    if command.key_spent:
        change_key(command)
    return run(command, bulk=True)


def _may_ask_again(command: StripeCommand, now: datetime) -> bool:
    """Under the same key, Stripe does it once, or tells what it did."""
    return not (command.key_spent or command.key_is_old(now=now))


def _try(command: StripeCommand, now: datetime) -> bool:
    """False where Stripe is not to be asked for others either."""
    try:
        resume(command, now=now)
    except (Cannot, OutcomeUnknown) as outcome:
        logger.info("command_resumed", command=command.public_id, outcome=str(outcome))
        return not isinstance(outcome.__cause__, Unreachable)
    except Exception as error:
        logger.exception("command_not_resumed", command=command.public_id)
        postpone(command, Unknown(f"Our own fault: {type(error).__name__}.", code="internal_error"))
    return True


def _claim(now: datetime, tried: list[int]) -> StripeCommand | None:
    with transaction.atomic():
        due = StripeCommand.objects.select_for_update(skip_locked=True).due(now=now).exclude(pk__in=tried)
        command = due.order_by("next_attempt_at", "id").first()
        if command is not None:
            command.next_attempt_at = now + LEASE
            command.save(update_fields=["next_attempt_at"])
        return command
