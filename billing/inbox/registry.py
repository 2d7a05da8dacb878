"""Which handlers run for which type of event: one visible table.

A handler is registered with `@on("invoice.paid")`, in the `handlers` of any app; facts flow up the stack this way
without an import upwards. Handlers do not write: they ask for effects.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.inbox.effects import Effects


@dataclass(frozen=True, slots=True)
class Event:
    """One event as handlers see it. `object` is the event's own snapshot; `previous` its
    `previous_attributes`. `superseded`: a newer snapshot had been applied already, so facts are recorded, but no
    mails are sent and no access changes. `organization_id` is None for objects of no customer."""

    id: str
    type: str
    created_at: datetime
    object: Mapping[str, Any]
    previous: Mapping[str, Any]
    organization_id: int | None
    superseded: bool


Handler = Callable[[Event, Effects], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def on(*event_types: str) -> Callable[[Handler], Handler]:
    """Run the function for events of these types, in the transaction that applies them."""

    def add(handler: Handler) -> Handler:
        for event_type in event_types:
            _handlers[event_type].append(handler)
        return handler

    return add


def handlers_of(event_type: str) -> list[Handler]:
    return _handlers.get(event_type, [])


def handled_types() -> frozenset[str]:
    return frozenset(_handlers)
