"""customer.subscription.*: facts for the ledger, entries for the log."""

from audit.record import Entry
from billing.handlers.entry import entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on
from billing.models import SubscriptionChange
from billing.projection.subscriptions import state_of

FIELDS = ("status", "cancel_at_period_end", "cancel_at", "trial_end", "ended_at")


@on(
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
)
def subscription_changed(event: Event, effects: Effects) -> None:
    """The fact is recorded whether or not a newer snapshot was applied before: the ledger needs both."""
    verb = event.type.rsplit(".", 1)[1]
    effects.audit(entry(event, f"subscription.{verb}", "subscription", FIELDS))
    if event.organization_id is None:
        return
    effects.insert(
        SubscriptionChange(
            organization_id=event.organization_id,
            subscription_id=event.object["id"],
            source_id=event.id,
            event_type=event.type,
            cause=cause_of(event),
            effective_at=event.created_at,
            state=state_of(event.object),
            previous=dict(event.previous),
        )
    )


def cause_of(event: Event) -> str:
    """Why, as far as `previous_attributes` tell: the first of these that changed."""
    verb = event.type.rsplit(".", 1)[1]
    if verb != "updated":
        return verb
    for field, cause in CAUSES.items():
        if field in event.previous:
            return cause
    return "updated"


CAUSES = {
    "items": "items",
    "quantity": "quantity",
    "status": "status",
    "pause_collection": "pause",
    "discounts": "discount",
    "cancel_at_period_end": "cancellation",
    "cancel_at": "cancellation",
    "trial_end": "trial",
}


@on("customer.subscription.trial_will_end")
def trial_will_end(event: Event, effects: Effects) -> None:
    effects.audit(
        Entry(
            "subscription.trial_will_end",
            ("subscription", str(event.object["id"])),
            event.organization_id,
            after={"trial_end": event.object.get("trial_end"), "event": event.id},
        )
    )
