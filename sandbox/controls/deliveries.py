"""Deliveries of events to webhook endpoints."""

from sandbox.application import Account
from sandbox.controls.checks import anything, checked, choice, flag, number, whole
from sandbox.jsons import Json

_CHANGE = {
    "pause": flag,
    "shuffle": flag,
    "duplicate": number(0, 1),
    "lose": number(0, 1),
    "retry_base": number(0, 86_400),
    "retry_cap": number(0, 86_400),
    "max_attempts": whole(1, 1000),
    "seed": anything,
    "deliver": choice("now"),
}


def read(account: Account, given: Json) -> Json:
    return account.delivery.counts()


def change(account: Account, given: Json) -> Json:
    """{"pause": bool}, {"deliver": "now"}, and the options of delivery."""
    given, delivery = checked(given, _CHANGE), account.delivery
    if "seed" in given:
        delivery.options.chance.seed(str(given.pop("seed")))
    if given.pop("deliver", None):
        delivery.deliver_now()
    for name, value in given.items():
        setattr(delivery.options, name, value)
    delivery.wake()
    return delivery.counts()
