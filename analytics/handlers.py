"""A fact was recorded: the ledger is due."""

from analytics.models import LedgerDue
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on


@on(
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
)
def ledger_is_due(event: Event, effects: Effects) -> None:
    """Superseded events too: their facts belong into the ledger at their own time."""
    effects.insert(LedgerDue(source_id=event.id, subscription_id=event.object["id"]))
    effects.enqueue("analytics.fold_ledger")
