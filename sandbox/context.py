"""What one request, or one piece of due work, acts through: the store, its timeline and moment, and who asked."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox import ids
from sandbox.events import differences, record
from sandbox.jsons import Json
from sandbox.money.periods import DAY
from sandbox.protocol.errors import StripeError, missing
from sandbox.state.store import Store

RANKS = {
    kind: rank
    for rank, kind in enumerate(
        (
            "payment.settle",
            "payment.expire",
            "refund.settle",
            "dispute.close",
            "invoice.exhausted",
            "invoice.retry",
            "invoice.finalize",
            "invoice.overdue",
            "invoice.will_be_due",
            "subscription.resume",
            "subscription.pending_update_expires",
            "subscription.cancel",
            "subscription.expire",
            "subscription.trial_will_end",
            "subscription.upcoming",
            "schedule.expiring",
            "schedule.phase",
            "subscription.cycle",
            "subscription.pending_items",
            "discount.end",
            "coupon.expire",
            "promotion_code.expire",
            "checkout.expire",
            "meter.report_errors",
            "balance.available",
            "payout.create",
            "payout.arrive",
            "account.tidy",
            "test_clock.delete",
            "test_clock.forget",
        )
    )
}
"""Kinds of due work, in the order they are done when they fall on the same second."""


@dataclass
class Context:
    """`now`, in Unix seconds, is fixed for the whole request or piece of due work: what the account's clock shows, or
    the test clock's once an object that lives on one is met. `clock` is that test clock's id; `account_now` always
    the account's. `guarded` refuses to meet a test clock that is advancing, as a request that writes has to."""

    store: Store
    now: int
    settings: Json
    params: Json = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    request_id: str | None = None
    idempotency_key: str | None = None
    silent: bool = False
    clock: str | None = None
    account_now: int = 0
    guarded: bool = False
    untold: dict[str, str] = field(default_factory=dict)
    """Events by the id of a new object that is still being made: told before anything else is told of it."""

    def __post_init__(self) -> None:
        self.account_now = self.account_now or self.now

    def move(self, clock_id: str) -> None:
        """Goes over to the timeline of a test clock: what is written from now on lives there, at its frozen time."""
        clock = self.store.get(clock_id)
        if clock is None:
            return
        if self.guarded and clock["status"] == "advancing":
            raise StripeError(
                429,
                "invalid_request_error",
                f"Test clock advancement underway - cannot perform modifications: {clock_id}",
            )
        self.clock, self.now = clock_id, clock["frozen_time"]
        self.store.timeline = clock_id

    def settle(self) -> None:
        """Moves to the timeline of the first object that the path or the parameters name, if it lives on a clock."""
        for value in texts_in((self.path, self.params)):
            clock = self.store.clock_of(value)
            if clock:
                self.move(clock)
                return

    def new_id(self, prefix: str) -> str:
        """Each timeline counts for itself, so that a clock that advances in the background disturbs no other."""
        number = self.store.count(self.counter)
        return prefix + ids.token(self.settings["seed"] + self.counter, number)

    @property
    def counter(self) -> str:
        return f":{self.clock}" if self.clock else ""

    def new_request_id(self) -> str:
        """Of a request that may write: deterministic, since events name it."""
        number = self.store.count("requests")
        return "req_" + ids.token(self.settings["seed"] + ":request", number, 14)

    def load(self, kind: str, object_id: str, param: str = "id", noun: str | None = None) -> Json:
        """The stored object; raises Stripe's `resource_missing` where it is not there or of another kind."""
        stored, clock = self.store.place(object_id)
        if clock and self.clock is None:
            self.move(clock)
        if stored is None or stored["object"] != kind or stored.get("deleted"):
            raise missing(noun or kind, object_id, param)
        return stored

    def create(self, stored: Json, event: str | None = None) -> Json:
        self.store.put(stored)
        if event:
            self.emit(event, stored)
        return stored

    def begin(self, stored: Json, event: str) -> Json:
        """Stores an object that further steps complete: its event waits for the first `update` or `emit` of it, or
        for the end of the request or work."""
        self.untold[stored["id"]] = event
        return self.create(stored)

    def tell(self, *object_ids: str) -> None:
        """The waiting events of these objects, as they are stored now; without ids, of all."""
        for object_id in object_ids or tuple(self.untold):
            event, stored = self.untold.pop(object_id, None), self.store.get(object_id)
            if event and stored is not None:
                self.emit(event, stored)

    def update(self, stored: Json, *events: str) -> Json:
        """Writes a changed object; the events carry what was before, and are left out when nothing changed."""
        if stored["id"] in self.untold:
            self.tell(stored["id"])
        before = self.store.get(stored["id"])
        self.store.put(stored)
        previous = differences(before or {}, stored)
        if previous:
            for event in events:
                self.emit(event, stored, previous)
        return stored

    def emit(self, kind: str, stored: Json, previous: Json | None = None) -> None:
        if stored.get("id") in self.untold:
            self.tell(stored["id"])
        if not self.silent:
            record(self, kind, stored, previous)

    def schedule(self, kind: str, object_id: str, at: int) -> None:
        """On the timeline that `ctx` is on; what is the whole account's stays on the account's, as far ahead."""
        clock = self.clock
        if clock and self.store.is_account_wide(object_id):
            clock, at = None, self.account_now + max(0, at - self.now)
        self.store.schedule(kind, object_id, at, RANKS[kind], clock)

    def tidy_later(self) -> None:
        """Sees to it that what is only kept for a while is forgotten again, from the account's next midnight on."""
        if self.clock is None:
            midnight = (self.now // DAY + 1) * DAY
            self.store.schedule_once("account.tidy", "account", midnight, RANKS["account.tidy"])

    def unschedule(self, kind: str, object_id: str) -> None:
        self.store.unschedule(kind, object_id)

    def with_params(self, params: Json, **path: str) -> "Context":
        """The same request with other parameters: for an operation that is part of another."""
        other = copy.copy(self)
        other.params, other.path = params, path
        return other

    def param(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)


def texts_in(value: object) -> Iterator[str]:
    """Every text of nested mappings and lists, but metadata."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, entry in value.items():
            if name != "metadata":
                yield from texts_in(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from texts_in(entry)
