"""How the sandbox's events reach the inbox: by the running web and worker processes, or by hand."""

import json
import time
from typing import Protocol

from django.utils import timezone

from billing.gateway.objects import pages
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import WebhookEvent
from billing.models.webhook_event import OPEN
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
        return WebhookEvent.objects.filter(status__in=OPEN).exists()


class ByHand:
    """Without web and worker: read the sandbox's list of events, and process it here."""

    def __init__(self) -> None:
        self._since = 0

    def settle(self) -> None:
        """Reads what happened in or after the second of the newest event that we have: Stripe forgets events after 30
        days, so that after a quiet month none of ours could be a cursor. The inbox knows those it has."""
        found = list(pages("/v1/events", created={"gte": self._since}))
        for event in reversed(found):
            receive(json.dumps(event).encode(), now=timezone.now())
        if found:
            self._since = int(found[0]["created"])
        process_due()
