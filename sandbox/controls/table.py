"""The table of controls: method, path below `/_sandbox/`, and what is called."""

from collections.abc import Callable
from typing import Any

from sandbox.controls import (
    clock,
    deliveries,
    endpoints,
    faults,
    keys,
    mishaps,
    provoking,
    settings,
    staging,
    state,
    trigger,
)

Action = Callable[..., Any]
ROWS: list[tuple[str, str, Action]] = [
    ("GET", "clock", clock.read),
    ("POST", "clock", clock.move),
    ("POST", "reset", state.reset),
    ("GET", "digest", state.digest),
    ("GET", "health", state.health),
    ("GET", "settings", settings.read),
    ("POST", "settings", settings.change),
    ("GET", "faults", faults.listed),
    ("POST", "faults", faults.add),
    ("DELETE", "faults", faults.clear),
    ("DELETE", "faults/{id}", faults.remove),
    ("GET", "keys", keys.listed),
    ("POST", "keys", keys.add),
    ("DELETE", "keys", keys.clear),
    ("DELETE", "keys/{key}", keys.remove),
    ("GET", "deliveries", deliveries.read),
    ("POST", "deliveries", deliveries.change),
    ("GET", "deliveries/attempts", deliveries.newest),
    ("POST", "deliveries/resend", deliveries.resend),
    ("GET", "mishaps", mishaps.listed),
    ("POST", "mishaps", mishaps.add),
    ("DELETE", "mishaps", mishaps.clear),
    ("DELETE", "mishaps/{id}", mishaps.remove),
    ("POST", "endpoints", endpoints.make),
    ("POST", "endpoints/{id}/roll", endpoints.roll),
    ("POST", "trigger", trigger.trigger),
    ("POST", "authenticate", staging.authenticate),
    ("POST", "discounts", staging.discount),
    ("POST", "dispute", provoking.dispute),
    ("POST", "fail_payout", provoking.fail_payout),
    ("POST", "fail_refund", provoking.fail_refund),
    ("POST", "settle_debit", provoking.settle_debit),
]  # fmt: skip
DUMP = ("GET", "dump")
