"""payment_method.*: entries for the log. Brand and digits stay out of it."""

from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on


@on("payment_method.attached")
def payment_method_attached(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "payment_method.attached", "payment_method", ("type",)))


@on("payment_method.detached")
def payment_method_detached(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "payment_method.detached", "payment_method", ("type",)))
