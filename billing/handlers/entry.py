"""An event as an entry of the log."""

from collections.abc import Iterable
from typing import Any

from audit.record import Entry
from billing.inbox.registry import Event


def entry(event: Event, action: str, target_type: str, fields: Iterable[str]) -> Entry:
    """`before` holds those of the fields that the event says were different before."""
    after = {field: event.object.get(field) for field in fields}
    before: dict[str, Any] = {field: event.previous[field] for field in after if field in event.previous}
    return Entry(
        action=action,
        target=(target_type, str(event.object.get("id") or event.id)),
        organization_id=event.organization_id,
        before=before,
        after={**after, "event": event.id},
    )
