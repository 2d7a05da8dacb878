"""How the sandbox's events reach the inbox: by the running web and worker processes, or by hand."""

import json
import time
from typing import Protocol

from django.utils import timezone

from billing.gateway.client import ask
from billing.gateway.objects import pages
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import WebhookEvent
from billing.models.webhook_event import WAITING
from deploy.demo.clock import control

PATIENCE_SECONDS = 300


class NotDelivered(RuntimeError):
    """Events are on their way for too long: web or worker do not run."""


class Post(Protocol):
    def settle(self) -> None:
        """Return when every event so far has been processed. Raises NotDelivered."""


class Webhooks:
    """The real way: signed deliveries to the web process, a worker that processes."""

    def settle(self) -> None:
        control("deliveries", {"deliver": "now", "backoff": "wall"})
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if control("deliveries")["pending"] == 0 and not self._waiting():
                return
            time.sleep(0.1)
        raise NotDelivered("Events are not processed. Do the web process and the worker run?")

    def _waiting(self) -> bool:
        return WebhookEvent.objects.filter(status__in=WAITING).exists()


class ByHand:
    """Without web and worker: read the sandbox's list of events, and process it here."""

    def __init__(self) -> None:
        self._newest = ""

    def settle(self) -> None:
        while page := self._next_page():
            for event in reversed(page):
                receive(json.dumps(event).encode(), now=timezone.now())
            self._newest = str(page[0]["id"])
        process_due()

    def _next_page(self) -> list[dict[str, object]]:
        """The events that came next after the newest one that we have, newest first; all of them the first time."""
        if not self._newest:
            return list(pages("/v1/events"))
        answer = ask("get", "/v1/events", {"limit": 100, "ending_before": self._newest}, operation="list events")
        found: list[dict[str, object]] = answer["data"]
        return found
