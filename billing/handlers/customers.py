"""customer.*: entries for the log. Names and addresses stay out of it: only which fields changed."""

from audit.record import Entry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, on


@on("customer.created")
def customer_created(event: Event, effects: Effects) -> None:
    effects.audit(_entry(event, "organization.adopted", {}))


@on("customer.updated")
def customer_updated(event: Event, effects: Effects) -> None:
    effects.audit(_entry(event, "organization.changed", {"fields": sorted(event.previous)}))


@on("customer.deleted")
def customer_deleted(event: Event, effects: Effects) -> None:
    effects.audit(_entry(event, "organization.deleted", {}))


def _entry(event: Event, action: str, after: dict[str, object]) -> Entry:
    customer = str(event.object["id"])
    return Entry(
        action,
        ("organization", customer),
        event.organization_id,
        after={**after, "customer": customer, "event": event.id},
    )
