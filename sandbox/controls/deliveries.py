"""Deliveries of events to webhook endpoints."""

from sandbox.application import Account
from sandbox.controls.checks import checked, choice, flag, number, whole, words
from sandbox.jsons import Json
from sandbox.protocol.errors import missing
from sandbox.state import outbox
from sandbox.webhooks import attempts
from sandbox.webhooks.backoff import MODES

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


def read(account: Account, given: Json) -> Json:
    """The counts; of one event (`?event=evt_...`) its attempts and what is still waiting."""
    with account.store.lock:
        if "event" not in given:
            return account.delivery.counts()
        if account.store.get(given["event"]) is None:
            raise missing("event", given["event"])
        return {
            "attempts": attempts.attempts_of(account.store, given["event"]),
            "waiting": outbox.waiting_of(account.store, given["event"]),
        }


def newest(account: Account, given: Json) -> Json:
    """The newest 100 attempts of all events."""
    with account.store.lock:
        return {"attempts": attempts.attempts_of(account.store, None)}


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
