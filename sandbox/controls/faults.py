"""Faults of the API on demand (`sandbox/faults.py`)."""

from sandbox.application import Account
from sandbox.controls.checks import checked, choice, flag, number, whole, words
from sandbox.faults.fault import ALWAYS_AFTER, KINDS, LENGTHS, NEVER_AFTER
from sandbox.jsons import Json
from sandbox.protocol.errors import invalid

_ADD = {
    "operation": words,
    "kind": choice(*KINDS),
    "count": whole(1, 1_000_000),
    "rate": number(0, 1),
    "seed": words,
    "after": flag,
    "retry_after": whole(0, 3600),
    "seconds": number(0, 3600),
    "length": choice(*LENGTHS),
}


def listed(account: Account, given: Json) -> Json:
    """Those to be met and those that are spent, each with how often it was met."""
    return dict(account.faults.listed())


def add(account: Account, given: Json) -> Json:
    given = {key: value for key, value in given.items() if value is not None}
    given = checked(given, _ADD)
    if "kind" not in given:
        raise invalid(f"kind must be one of {', '.join(KINDS)}.", "kind")
    if "rate" in given and "count" not in given:
        given["count"] = None
    if given.get("after") and given["kind"] in NEVER_AFTER:
        raise invalid(f"{given['kind']} comes before the work, not after it.", "after")
    given["after"] = given.get("after", False) or given["kind"] in ALWAYS_AFTER
    fault = account.faults.add(
        given.pop("operation", "*"), given.pop("kind"), **{"seed": account.settings["seed"], **given}
    )
    return {"id": fault.id, **listed(account, {})}


def clear(account: Account, given: Json) -> Json:
    account.faults.clear()
    return listed(account, given)


def remove(account: Account, given: Json, fault_id: str) -> Json:
    if not account.faults.remove(fault_id):
        raise invalid(f"No such fault: '{fault_id}'", "id", "resource_missing", 404)
    return listed(account, given)
