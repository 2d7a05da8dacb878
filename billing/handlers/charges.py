"""charge.*: entries for the log."""

from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on

FIELDS = ("status", "amount", "amount_refunded", "currency", "failure_code")


@on("charge.succeeded")
def charge_succeeded(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "charge.succeeded", "charge", FIELDS))


@on("charge.failed")
def charge_failed(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "charge.failed", "charge", FIELDS))


@on("charge.refunded")
def charge_refunded(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "charge.refunded", "charge", FIELDS))
