"""A generated company with its whole history: every object at the end, and every event on the way."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.company.calling import Client, Json
from sandbox.company.history import live
from tests.sandbox.running import SECRET_KEY

START = 1_735_689_600
"""2025-01-01 00:00:00 UTC."""
WEEK = 7 * 86_400


class Watching(Client):
    """Reads all events after each move of the clock, before Stripe's thirty days are over."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(url, key)
        self.events: list[Json] = []
        self.now = START

    def control(self, name: str, body: Json | None = None) -> Json:
        if name != "clock" or body is None:
            return super().control(name, body)
        while self.now < body["now"]:
            self.now = min(self.now + WEEK, body["now"])
            answer = super().control(name, {"now": self.now})
            if answer.get("failed"):
                return answer
            self.read_events()
        return answer

    def read_events(self) -> None:
        """The events since the last reading, in their order."""
        while True:
            last = self.events[-1]["id"] if self.events else None
            given: dict[str, Any] = {"limit": 100, "ending_before": last} if last else {"limit": 100}
            page = self.get("events", **given)
            if last is None:
                page["data"] = self._first_page(page)
            self.events += page["data"][::-1]
            if not page["data"] or not page["has_more"]:
                return

    def _first_page(self, page: Json) -> list[Json]:
        found = list(page["data"])
        while page["has_more"]:
            page = self.get("events", limit=100, starting_after=found[-1]["id"])
            found += page["data"]
        return found


@dataclass
class Company:
    """`objects` by id, in the order of their creation; `events` in theirs."""

    objects: dict[str, Json]
    events: list[Json]
    now: int
    balance: Json
    kinds: dict[str, list[Json]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.objects.values():
            self.kinds.setdefault(entry["object"], []).append(entry)

    def all(self, kind: str) -> list[Json]:
        """Those that were not deleted."""
        return [entry for entry in self.kinds.get(kind, []) if not entry.get("deleted")]

    def by(self, kind: str, field_name: str) -> dict[Any, list[Json]]:
        """Those of a kind, grouped by the value of a field."""
        groups: dict[Any, list[Json]] = {}
        for entry in self.all(kind):
            groups.setdefault(entry[field_name], []).append(entry)
        return groups

    def of(self, kind: str, **fields: Any) -> list[Json]:
        """Those with these values."""
        wanted = fields.items()
        return [entry for entry in self.all(kind) if all(entry.get(name) == value for name, value in wanted)]


def lived(url: str, *, customers: int, months: int, seed: str) -> Company:
    client = Watching(url, SECRET_KEY)
    client.control("reset", {"clock": START, "seed": seed})
    world = live(client, customers=customers, months=months, seed=seed, start=START, tell=str)
    client.read_events()
    balance = client.get("balance")
    objects = {entry["id"]: entry for entry in client.dump() if entry["object"] != "event"}
    client.close()
    return Company(objects, client.events, world.now, balance)
