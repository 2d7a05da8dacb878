"""Bring the sandbox's events to the inbox in a test's own process, in any order."""

import json
import random
import urllib.request
from typing import Any

from django.conf import settings
from django.utils import timezone

from billing.inbox.process import Tally, process_due
from billing.inbox.receive import receive


def ask_sandbox(base: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """GET, or POST of JSON to the sandbox's own controls."""
    request = urllib.request.Request(  # noqa: S310 - the sandbox on loopback
        base + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def all_events(base: str) -> list[dict[str, Any]]:
    """Every event of the sandbox, oldest first."""
    events: list[dict[str, Any]] = []
    after = ""
    while True:
        page = ask_sandbox(base, "/v1/events?limit=100" + (f"&starting_after={after}" if after else ""))
        events += page["data"]
        if not page["has_more"]:
            return events[::-1]
        after = page["data"][-1]["id"]


def deliver(base: str, *, shuffle: int | None = None, twice: bool = False) -> Tally:
    """Receive and process all of the sandbox's events; in an order of the seed `shuffle` where given."""
    events = all_events(base)
    if twice:
        events = events + events
    if shuffle is not None:
        random.Random(shuffle).shuffle(events)
    for event in events:
        receive(json.dumps(event).encode(), now=timezone.now())
    return process_due()
