"""Restricted keys with permissions (`sandbox/permissions.py`)."""

import re

from sandbox import ids, permissions
from sandbox.application import Account
from sandbox.controls.checks import checked, mapping, words
from sandbox.jsons import Json
from sandbox.permissions import ANY, LEVELS
from sandbox.protocol.errors import invalid
from sandbox.routes import routes

RESOURCES = sorted({permissions.resource_of(route.template) for route in routes()})
_ADD = {"key": words, "name": words, "permissions": mapping}


def listed(account: Account, given: Json) -> Json:
    """Restricted keys with their permissions, and the resources that there are."""
    known = permissions.keys(account.store)
    return {"keys": [{"key": key, **entry} for key, entry in known.items()], "resources": RESOURCES}


def add(account: Account, given: Json) -> Json:
    """{"permissions": {resource or "*": "none" | "read" | "write"}, "name", "key": a chosen `rk_test_...`}."""
    given = checked(given, _ADD)
    allowed = given.get("permissions", {})
    for resource, level in allowed.items():
        if resource not in (ANY, *RESOURCES):
            raise invalid(f"No such resource: {resource}. There are: *, {', '.join(RESOURCES)}.", "permissions")
        if level not in LEVELS:
            raise invalid(f"A permission is one of {', '.join(LEVELS)}.", f"permissions[{resource}]")
    with account.store.transaction():
        known = permissions.keys(account.store)
        key = given.get("key") or _new(account, len(known))
        if not re.fullmatch(r"rk_test_[A-Za-z0-9]{10,200}", key):
            raise invalid("key must be rk_test_ and at least ten letters and digits.", "key")
        entry = {"name": given.get("name"), "permissions": allowed}
        account.store.set_note("keys", {**known, key: entry})
    return {"key": key, **entry}


def _new(account: Account, number: int) -> str:
    return "rk_test_51Sandbox" + ids.token(account.settings["seed"] + ":key", number, 32)


def clear(account: Account, given: Json) -> Json:
    with account.store.transaction():
        account.store.set_note("keys", {})
    return listed(account, given)


def remove(account: Account, given: Json, key: str) -> Json:
    with account.store.transaction():
        known = permissions.keys(account.store)
        if key not in known:
            raise invalid(f"No such key: '{key}'", "key", "resource_missing", 404)
        account.store.set_note("keys", {name: entry for name, entry in known.items() if name != key})
    return listed(account, given)
