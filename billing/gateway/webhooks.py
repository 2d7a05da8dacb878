"""Is this body from Stripe? (https://docs.stripe.com/webhooks#verify-manually)"""

import hashlib
import hmac
from collections.abc import Sequence

TOLERANCE_SECONDS = 300


class BadSignature(Exception):
    """The header is missing or malformed, no secret fits, or the time is too far off."""


def verify(body: bytes, header: str, secrets: Sequence[str], *, now: int) -> None:
    """Check `Stripe-Signature` over the raw body with every secret (there are two while one is rolled).

    `now` is in Unix seconds. The time must be within 300 s both ways: the SDK's own check lets times of the
    future pass. Raises BadSignature.
    """
    timestamp, signatures = _parse(header)
    if abs(now - timestamp) > TOLERANCE_SECONDS:
        raise BadSignature("The signature's time is more than 300 seconds off.")
    signed = f"{timestamp}.".encode() + body
    for secret in filter(None, secrets):  # everybody knows the empty one
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        if any(hmac.compare_digest(expected.encode(), given) for given in signatures):
            return
    raise BadSignature("No signature fits a signing secret of this installation.")


def sign(body: bytes, secret: str, *, at: int) -> str:
    """The `Stripe-Signature` header of the body at Unix time `at`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _parse(header: str) -> tuple[int, list[bytes]]:
    parts = [part.split("=", 1) for part in header.split(",") if "=" in part]
    times = [value for key, value in parts if key.strip() == "t"]
    signatures = [value.strip().encode() for key, value in parts if key.strip() == "v1"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdigit() or not signatures:
        raise BadSignature("The Stripe-Signature header is missing or malformed.")
    return int(times[0][:12]), signatures
