"""A handler that fails on demand."""

from collections.abc import Callable

import pytest

from audit.record import Entry
from billing.inbox import registry
from billing.inbox.effects import Effects
from billing.inbox.registry import Event


class Mood:
    """`breaks(event)` says whether the handler raises; before it does, it asks for an effect."""

    def __init__(self) -> None:
        self.breaks: Callable[[Event], bool] = lambda event: False
        self.calls: list[str] = []

    def __call__(self, event: Event, effects: Effects) -> None:
        self.calls.append(event.id)
        target = ("organization", f"handled {event.id}")
        effects.audit(Entry("organization.changed", target, event.organization_id))
        if self.breaks(event):
            raise RuntimeError(f"cannot handle {event.id}")


@pytest.fixture
def mood(monkeypatch: pytest.MonkeyPatch) -> Mood:
    """Registered for customer.updated beside the handlers that are there."""
    made = Mood()
    both = [*registry.handlers_of("customer.updated"), made]
    monkeypatch.setitem(registry._handlers, "customer.updated", both)
    return made
