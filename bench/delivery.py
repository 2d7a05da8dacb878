"""A webhook as Stripe delivers it: signed now."""

import hashlib
import hmac
import json
import time
from typing import Any

from bench.client import request
from bench.installation import WEBHOOK_SECRET


def delivery(url: str, event: dict[str, Any]) -> bytes:
    """The bytes of the request."""
    body, now = json.dumps(event).encode(), int(time.time())
    mac = hmac.new(WEBHOOK_SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return request(url, "POST", body, Stripe_Signature=f"t={now},v1={mac}")
