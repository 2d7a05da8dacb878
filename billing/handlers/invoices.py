"""invoice.*: entries for the log.

`invoice.paid` and `invoice.payment_succeeded` tell of one fact; only the second is handled, so that it is told once.
"""

from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on

FIELDS = ("number", "status", "currency", "amount_due", "amount_paid", "amount_remaining")


@on("invoice.created")
def invoice_created(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "invoice.created", "invoice", FIELDS))


@on("invoice.finalized")
def invoice_finalized(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "invoice.finalized", "invoice", FIELDS))


@on("invoice.updated")
def invoice_updated(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "invoice.updated", "invoice", FIELDS))


@on("invoice.payment_succeeded")
def invoice_paid(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "invoice.paid", "invoice", FIELDS))


@on("invoice.payment_failed")
def invoice_payment_failed(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "invoice.payment_failed", "invoice", (*FIELDS, "attempt_count", "next_payment_attempt")))


@on("invoice.payment_action_required")
def invoice_action_required(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "invoice.action_required", "invoice", FIELDS))
