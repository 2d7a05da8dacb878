"""Commands that Stripe gave no answer to, and when they are looked at again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.models import StripeCommand
from billing.models.stripe_command import KEY_LIFE
from billing.services.errors import OutcomeUnknown


def later(**parts: float) -> datetime:
    """When every pause is over; or so much later."""
    return timezone.now() + timedelta(**(parts or {"hours": 1}))


def unanswered(verb: Any, **words: Any) -> StripeCommand:
    """The command of a verb that ends without an answer."""
    with pytest.raises(OutcomeUnknown) as silence:
        verb(**words)
    return silence.value.command


def now_of(command: StripeCommand) -> StripeCommand:
    return StripeCommand.objects.get(pk=command.pk)


def aged(command: StripeCommand) -> None:
    """A day passes, by our clock: Stripe may have forgotten the key."""
    StripeCommand.objects.filter(pk=command.pk).update(created_at=timezone.now() - KEY_LIFE)


def steps_of(command: StripeCommand) -> list[str]:
    """What the log says of it, oldest first."""
    entries = AuditEntry.objects.filter(target_type="command", target_id=command.public_id).order_by("id")
    return [entry.action.removeprefix("command.") for entry in entries]
