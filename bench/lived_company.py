"""What Stripe tells of a company that lived for some months: every event, and the part of it about a few customers."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from bench.installation import KEY
from sandbox.company.calling import Client
from sandbox.company.history import live

Json = dict[str, Any]
START = 1_738_368_000
"""2025-02-01 00:00:00 UTC."""
MONTHS = 3
EVERY_SECONDS = 5 * 86_400
"""Stripe keeps events for thirty days: they are read before that, as the clock moves."""
OWNER_FIELDS = ("invoice", "charge", "payment_intent", "source")


class Listener(Client):
    """A client that reads the events while it lives through the months."""

    def __init__(self, url: str) -> None:
        super().__init__(url, KEY)
        self.events: dict[str, Json] = {}
        self._read_until = START

    def control(self, name: str, body: Json | None = None) -> Json:
        if name == "clock" and body and body["now"] - self._read_until > EVERY_SECONDS:
            self.listen()
            self._read_until = body["now"]
        return super().control(name, body)

    def listen(self) -> None:
        """Read what is new, from the newest backwards."""
        fresh: list[Json] = []
        page = self.get("events", limit=100)
        while page["data"]:
            unknown = [one for one in page["data"] if one["id"] not in self.events]
            fresh += unknown
            if len(unknown) < len(page["data"]) or not page["has_more"]:
                break
            page = self.get("events", limit=100, starting_after=page["data"][-1]["id"])
        self.events |= {one["id"]: one for one in reversed(fresh)}


def events_of_a_company(sandbox: str, customers: int) -> list[Json]:
    """Empty the sandbox, live there through three months, and tell all its events, oldest first."""
    client = Listener(sandbox)
    try:
        client.control("reset", {"clock": START, "seed": "bench"})
        live(client, customers=customers, months=MONTHS, seed="bench", start=START, tell=lambda line: None)
        client.listen()
    finally:
        client.close()
    return list(client.events.values())


def in_an_order(events: Sequence[Json], seed: int, *, twice: float = 0.0) -> list[Json]:
    """Shuffled, a share of them told a second time."""
    chance = Random(seed)  # noqa: S311 - an order, not a secret
    told = [*events, *chance.sample(events, int(len(events) * twice))]
    chance.shuffle(told)
    return told


def about_few_customers(events: Sequence[Json], count: int) -> list[Json]:
    """About so many of the events, and of the same mix: all that is told of a few customers, so that parents are
    there as they are in the whole, and of what is no customer's the same share."""
    objects = {one["data"]["object"].get("id"): one["data"]["object"] for one in events}
    owners = {one["id"]: _owner(one["data"]["object"], objects) for one in events}
    customers = sorted(set(owners.values()) - {""})
    Random(0).shuffle(customers)  # noqa: S311 - a choice, not a secret
    nobodys = [one for one in events if not owners[one["id"]]]
    chosen = nobodys[: count * len(nobodys) // len(events)]
    for customer in customers:
        if len(chosen) >= count:
            break
        chosen += [one for one in events if owners[one["id"]] == customer]
    return chosen


def _owner(one: Mapping[str, Any], objects: Mapping[Any, Json]) -> str:
    """The id of the customer, found by way of what the object names; "" where it is nobody's."""
    if one.get("object") == "customer":
        return str(one["id"])
    if isinstance(one.get("customer"), str):
        return str(one["customer"])
    parents = [objects[one[name]] for name in OWNER_FIELDS if isinstance(one.get(name), str) and one[name] in objects]
    return next((owner for parent in parents if (owner := _owner(parent, objects))), "")
