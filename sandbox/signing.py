"""The signature of a delivery: `t=<wall clock>,v1=<HMAC-SHA256 of "t.body">`."""

import hashlib
import hmac


def signature(secret: str, body: bytes, at: int) -> str:
    digest = hmac.new(secret.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
