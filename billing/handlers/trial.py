"""The event that `send_test_webhook` sends to ourselves: that it is in the log proves the whole way."""

from audit.record import Entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on
from billing.inbox.trial import TEST_TYPE


@on(TEST_TYPE)
def webhook_tested(event: Event, effects: Effects) -> None:
    effects.audit(Entry("webhook.tested", ("webhook_event", event.id), None, after={"event": event.id}))
