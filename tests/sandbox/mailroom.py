"""What tests of webhooks say often."""

import time
from typing import Any

from tests.sandbox.receiver import Receiver
from tests.sandbox.scenes import Account

PATIENCE_SECONDS = 30


def enable(account: Account, receiver: Receiver, *types: str) -> str:
    """An endpoint at the receiver; its id."""
    made = account.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": list(types or "*")})  # type: ignore[list-item]
    receiver.secret = str(made.secret)
    return made.id


def settled(account: Account) -> dict[str, Any]:
    """Waits until nothing is pending; the counts."""
    return until(lambda: account.control("deliveries"), lambda counts: not counts["pending"])


def attempts(account: Account, event: str, least: int = 1) -> list[dict[str, Any]]:
    """The attempts to deliver an event, once there are so many."""
    found = until(lambda: account.control(f"deliveries?event={event}"), lambda all_: len(all_["attempts"]) >= least)
    return list(found["attempts"])


def until(ask: Any, fits: Any) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = ask()
        if fits(found):
            return found
        time.sleep(0.01)
    raise AssertionError(f"still waiting: {found}")
