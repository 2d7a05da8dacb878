"""Whose task a dead letter is, and until when it waits."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from audit.record import record_all
from billing.models import DeadLetter, User
from billing.models.dead_letter import LetterStatus
from billing.services.errors import Cannot
from billing.services.replays import entry_of


class CannotTake(Cannot):
    """The letter is closed."""

    code = "cannot_take"


def take(*, letter: DeadLetter, owner: User, by: Actor) -> DeadLetter:
    """Make somebody responsible for a dead letter. Raises CannotTake."""
    with acting(by), transaction.atomic():
        row = _open_letter(letter)
        row.owner = owner
        row.save(update_fields=["owner"])
        record_all([entry_of("webhook.taken", row.event, "")])
    return row


def snooze(*, letter: DeadLetter, until: datetime, reason: str, by: Actor) -> DeadLetter:
    """Put a dead letter off until a time, UTC. Raises CannotTake."""
    if until <= timezone.now():
        raise CannotTake("Put it off to a time that is still to come.", code="time_has_passed")
    with acting(by), transaction.atomic():
        row = _open_letter(letter)
        row.snoozed_until, row.snooze_reason = until, reason
        row.save(update_fields=["snoozed_until", "snooze_reason"])
        record_all([entry_of("webhook.snoozed", row.event, reason, until=until.isoformat())])
    return row


def _open_letter(letter: DeadLetter) -> DeadLetter:
    row = DeadLetter.objects.select_for_update(of=("self",)).select_related("event").get(pk=letter.pk)
    if row.status != LetterStatus.OPEN:
        raise CannotTake(f"The letter was {row.status}; there is nothing left to do.")
    return row
