"""Send ourselves a webhook as Stripe would, signed with our own secret, to see that the whole way works."""

import json
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from billing.domain.ids import uuid7
from billing.gateway.webhooks import sign
from billing.models import WebhookEvent

TEST_TYPE = "countinghouse.test_webhook"
PATH = "/api/v1/webhooks/stripe"
SECONDS = 10


class NotDelivered(Exception):
    """The webhook could not be sent, or was not taken; the message says what to look at."""


class NobodyThere(NotDelivered):
    """The address is not the web server's, or that does not run."""


@dataclass(frozen=True, slots=True)
class Delivered:
    event_id: str
    answer: int


def send_test_webhook(*, url: str, now: datetime) -> Delivered:
    """POST a signed test event to our own webhook at `url` (its scheme and host; the path is ours).

    Raises NotDelivered.
    """
    event_id, secrets = f"evt_test_{uuid7().hex}", [each for each in settings.STRIPE_WEBHOOK_SECRETS if each]
    if not secrets:
        raise NotDelivered("No signing secret is set: give STRIPE_WEBHOOK_SECRET.")
    body = json.dumps(_event(event_id, now)).encode()
    status = _post(url, body, sign(body, secrets[0], at=int(now.timestamp())))
    if status != 200:
        raise NotDelivered(f"The webhook answered {status} instead of 200.")
    return Delivered(event_id, status)


def state_of(delivered: Delivered) -> WebhookEvent | None:
    """The event as it is stored by now."""
    return WebhookEvent.objects.filter(stripe_event_id=delivered.event_id).first()


def _event(event_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": event_id,
        "object": "event",
        "type": TEST_TYPE,
        "created": int(now.timestamp()),
        "livemode": settings.STRIPE_LIVE_MODE,
        "api_version": settings.STRIPE_API_VERSION,
        "data": {"object": {}},
    }


def _post(url: str, body: bytes, signature: str) -> int:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotDelivered(f"{url} is no http address.")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=SECONDS)
    try:
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        connection.request("POST", PATH, body, headers)
        return connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise NobodyThere(f"{url} could not be reached: {error}") from error
    finally:
        connection.close()
