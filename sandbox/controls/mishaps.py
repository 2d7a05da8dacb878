"""What is to happen to webhooks on the way (`sandbox/mishaps.py`)."""

from typing import Any

from sandbox.application import Account
from sandbox.controls.checks import checked, choice, number, seconds_range, whole, words
from sandbox.jsons import Json
from sandbox.protocol.errors import invalid
from sandbox.webhooks.mishap import KINDS

_ADD = {
    "type": words,
    "kind": choice(*KINDS),
    "count": whole(1, 1_000_000),
    "rate": number(0, 1),
    "seed": words,
    "endpoint": words,
    "seconds": seconds_range,
    "of": choice("wall", "clock"),
}


def listed(account: Account, given: Json) -> Json:
    """What is to happen to webhooks, each with how often it did."""
    return {"mishaps": account.delivery.mishaps.listed()}


def add(account: Account, given: Json) -> Json:
    given = checked(given, _ADD)
    if "kind" not in given:
        raise invalid(f"kind must be one of {', '.join(KINDS)}.", "kind")
    options: dict[str, Any] = {"type": "*", "seed": account.settings["seed"], **given}
    made = account.delivery.mishaps.add(options.pop("kind"), **options)
    return {"id": made.id, **listed(account, {})}


def clear(account: Account, given: Json) -> Json:
    account.delivery.mishaps.clear()
    return listed(account, given)


def remove(account: Account, given: Json, mishap_id: str) -> Json:
    if not account.delivery.mishaps.remove(mishap_id):
        raise invalid(f"No such mishap: '{mishap_id}'", "id", "resource_missing", 404)
    return listed(account, given)
