"""Deliveries of events to webhook endpoints, and what happens to them on the way."""

from typing import Any

from sandbox import outbox
from sandbox.application import Account
from sandbox.backoff import MODES
from sandbox.controls.checks import checked, choice, flag, number, seconds_range, whole, words
from sandbox.errors import invalid, missing
from sandbox.jsons import Json
from sandbox.mishaps import KINDS

_CHANGE = {
    "pause": flag,
    "shuffle": flag,
    "duplicate": number(0, 1),
    "lose": number(0, 1),
    "backoff": choice(*MODES),
    "retry_base": number(0, 86_400),
    "retry_cap": number(0, 86_400),
    "max_attempts": whole(1, 1000),
    "timeout": number(0.01, 60),
    "seed": lambda value, name: str(value),
    "deliver": choice("now"),
}
_WALL = ("retry_base", "retry_cap", "max_attempts")
_MISHAP = {
    "type": words,
    "kind": choice(*KINDS),
    "count": whole(1, 1_000_000),
    "rate": number(0, 1),
    "seed": words,
    "endpoint": words,
    "seconds": seconds_range,
    "of": choice("wall", "clock"),
}


def read(account: Account, given: Json) -> Json:
    """The counts; of one event (`?event=evt_...`) its attempts and what is still waiting."""
    with account.store.lock:
        if "event" not in given:
            return account.delivery.counts()
        if account.store.get(given["event"]) is None:
            raise missing("event", given["event"])
        return {
            "attempts": outbox.attempts_of(account.store, given["event"]),
            "waiting": outbox.waiting_of(account.store, given["event"]),
        }


def attempts(account: Account, given: Json) -> Json:
    """The newest 100 attempts of all events."""
    with account.store.lock:
        return {"attempts": outbox.attempts_of(account.store, None)}


def change(account: Account, given: Json) -> Json:
    """{"pause": bool}, {"deliver": "now"}, and the options of delivery. Options of the wall's backoff choose it."""
    given, delivery = checked(given, _CHANGE), account.delivery
    if any(name in given for name in _WALL):
        given.setdefault("backoff", "wall")
    if "seed" in given:
        delivery.options.chance.seed(given.pop("seed"))
    if given.pop("deliver", None):
        delivery.deliver_now()
    for name, value in given.items():
        setattr(delivery.options, name, value)
    delivery.wake()
    return delivery.counts()


def resend(account: Account, given: Json) -> Json:
    """{"event": id, "endpoint": id}: once more, to one endpoint whatever it asked for, as from the dashboard."""
    given = checked(given, {"event": words, "endpoint": words})
    with account.store.transaction():
        for kind, name in (("event", "event"), ("webhook_endpoint", "endpoint")):
            stored = account.store.get(given.get(name, ""))
            if stored is None or stored["object"] != kind:
                raise missing(kind, str(given.get(name)), name)
        outbox.enqueue(account.store, given["event"], given["endpoint"], account.clock.now)
    account.delivery.wake()
    return read(account, {"event": given["event"]})


def mishaps(account: Account, given: Json) -> Json:
    """What is to happen to webhooks, each with how often it did."""
    return {"mishaps": account.delivery.mishaps.listed()}


def add_mishap(account: Account, given: Json) -> Json:
    given = checked(given, _MISHAP)
    if "kind" not in given:
        raise invalid(f"kind must be one of {', '.join(KINDS)}.", "kind")
    options: dict[str, Any] = {"type": "*", "seed": account.settings["seed"], **given}
    made = account.delivery.mishaps.add(options.pop("kind"), **options)
    return {"id": made.id, **mishaps(account, {})}


def clear_mishaps(account: Account, given: Json) -> Json:
    account.delivery.mishaps.clear()
    return mishaps(account, given)


def remove_mishap(account: Account, given: Json, mishap_id: str) -> Json:
    if not account.delivery.mishaps.remove(mishap_id):
        raise invalid(f"No such mishap: '{mishap_id}'", "id", "resource_missing", 404)
    return mishaps(account, given)
