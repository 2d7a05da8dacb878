"""credit_note.*: entries for the log."""

from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on

FIELDS = ("number", "status", "total", "currency", "invoice", "reason")


@on("credit_note.created")
def credit_note_issued(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "credit_note.issued", "credit_note", FIELDS))


@on("credit_note.updated")
def credit_note_updated(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "credit_note.updated", "credit_note", FIELDS))


@on("credit_note.voided")
def credit_note_voided(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "credit_note.voided", "credit_note", FIELDS))
