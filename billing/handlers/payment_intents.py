"""payment_intent.*: entries for the log."""

from dataclasses import replace

from billing.gateway.fields import payment_failure
from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on

FIELDS = ("status", "amount", "amount_received", "currency")


@on("payment_intent.succeeded")
def payment_succeeded(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "payment.succeeded", "payment", FIELDS))


@on("payment_intent.payment_failed")
def payment_failed(event: Event, effects: Effects) -> None:
    made = entry(event, "payment.failed", "payment", FIELDS)
    code, _ = payment_failure(event.object)
    effects.audit(replace(made, after={**made.after, "failure_code": code}))


@on("payment_intent.canceled")
def payment_canceled(event: Event, effects: Effects) -> None:
    effects.audit(entry(event, "payment.canceled", "payment", (*FIELDS, "cancellation_reason")))
