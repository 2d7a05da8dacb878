"""payout.*: entries for the log. They are no customer's."""

from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on

FIELDS = ("status", "amount", "currency", "automatic", "failure_code", "reconciliation_status")


@on(
    "payout.created",
    "payout.updated",
    "payout.paid",
    "payout.failed",
    "payout.canceled",
    "payout.reconciliation_completed",
)
def payout_changed(event: Event, effects: Effects) -> None:
    verb = event.type.removeprefix("payout.")
    effects.audit(entry(event, f"payout.{verb}", "payout", FIELDS))
