"""What one request, or one piece of due work, acts through: the store, its moment and who asked."""

import copy
from dataclasses import dataclass, field
from typing import Any

from sandbox import ids
from sandbox.errors import missing
from sandbox.events import differences, record
from sandbox.jsons import Json
from sandbox.store import Store

RANKS = {
    kind: rank
    for rank, kind in enumerate(
        (
            "payment.settle",
            "dispute.close",
            "invoice.exhausted",
            "invoice.retry",
            "invoice.finalize",
            "invoice.overdue",
            "subscription.resume",
            "subscription.pending_update_expires",
            "subscription.cancel",
            "subscription.expire",
            "subscription.trial_will_end",
            "subscription.upcoming",
            "schedule.phase",
            "subscription.cycle",
            "discount.end",
            "promotion_code.expire",
            "checkout.expire",
            "meter.report_errors",
            "balance.available",
            "payout.create",
            "payout.arrive",
        )
    )
}
"""Kinds of due work, in the order they are done when they fall on the same second."""


@dataclass
class Context:
    """`now` is the sandbox's clock in Unix seconds, fixed for the whole request or piece of due work."""

    store: Store
    now: int
    settings: Json
    params: Json = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    request_id: str | None = None
    idempotency_key: str | None = None
    silent: bool = False

    def new_id(self, prefix: str) -> str:
        number = self.store.note("counter", 0) + 1
        self.store.set_note("counter", number)
        return prefix + ids.token(self.settings["seed"], number)

    def new_request_id(self) -> str:
        """Of a request that may write: deterministic, since events name it."""
        number = self.store.note("requests", 0) + 1
        self.store.set_note("requests", number)
        return "req_" + ids.token(self.settings["seed"] + ":request", number, 14)

    def load(self, kind: str, object_id: str, param: str = "id", noun: str | None = None) -> Json:
        """The stored object; raises Stripe's `resource_missing` where it is not there or of another kind."""
        stored = self.store.get(object_id)
        if stored is None or stored["object"] != kind or stored.get("deleted"):
            raise missing(noun or kind, object_id, param)
        return stored

    def create(self, stored: Json, event: str | None = None) -> Json:
        self.store.put(stored)
        if event:
            self.emit(event, stored)
        return stored

    def update(self, stored: Json, *events: str) -> Json:
        """Writes a changed object; the events carry what was before, and are left out when nothing changed."""
        before = self.store.get(stored["id"])
        self.store.put(stored)
        previous = differences(before or {}, stored)
        if previous:
            for event in events:
                self.emit(event, stored, previous)
        return stored

    def emit(self, kind: str, stored: Json, previous: Json | None = None) -> None:
        if not self.silent:
            record(self, kind, stored, previous)

    def schedule(self, kind: str, object_id: str, at: int) -> None:
        self.store.schedule(kind, object_id, at, RANKS[kind])

    def unschedule(self, kind: str, object_id: str) -> None:
        self.store.unschedule(kind, object_id)

    def with_params(self, params: Json, **path: str) -> "Context":
        """The same request with other parameters: for an operation that is part of another."""
        other = copy.copy(self)
        other.params, other.path = params, path
        return other

    def param(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)
