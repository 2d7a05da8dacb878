"""charge.dispute.*: entries for the log."""

from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on

FIELDS = ("status", "amount", "currency", "reason", "charge")


@on("charge.dispute.created")
def dispute_opened(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "dispute.opened", "dispute", FIELDS))


@on("charge.dispute.updated")
def dispute_updated(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "dispute.updated", "dispute", FIELDS))


@on("charge.dispute.closed")
def dispute_closed(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "dispute.closed", "dispute", FIELDS))


@on("charge.dispute.funds_withdrawn")
def funds_withdrawn(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "dispute.funds_withdrawn", "dispute", FIELDS))


@on("charge.dispute.funds_reinstated")
def funds_reinstated(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "dispute.funds_reinstated", "dispute", FIELDS))
