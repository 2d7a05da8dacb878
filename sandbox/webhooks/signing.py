"""The signature of a delivery: `t=<wall clock>,v1=<HMAC-SHA256 of "t.body">`, a `v1` for each secret that counts.

While a secret is rolled, the old one counts until it expires. As for Stripe's test mode there is a made-up `v0`
beside it, which nobody may trust.
"""

import hashlib
import hmac
from collections.abc import Sequence


def signature(secrets: Sequence[str], body: bytes, at: int) -> str:
    signed = b"%d.%s" % (at, body)
    genuine = [f"v1={_digest(secret, signed)}" for secret in secrets]
    return ",".join([f"t={at}", *genuine, f"v0={_digest('v0', signed)}"])


def _digest(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
