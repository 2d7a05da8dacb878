"""checkout.session.*: entries for the log. What was bought arrives as events of its own."""

from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on


@on("checkout.session.completed")
def checkout_completed(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "checkout.completed", "checkout", ("mode", "payment_status", "subscription", "invoice")))
