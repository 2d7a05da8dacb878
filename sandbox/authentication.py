"""Who may ask: secret and restricted keys of test mode, by Bearer or Basic. No live key is ever accepted."""

import base64
import binascii
import re

from sandbox.errors import unauthorized

_KEY = re.compile(r"(sk|rk)_test_[A-Za-z0-9]{10,}")


def authenticate(header: str | None, secret_key: str | None) -> None:
    """Raises 401. With a `secret_key` given at the start, that one alone is accepted beside restricted keys."""
    key = _key_of(header or "")
    if not key:
        raise unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header,"
            " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if key.startswith(("sk_live_", "rk_live_")):
        raise unauthorized("This is a sandbox: it accepts test keys only. Never send a live key to it.")
    if not _KEY.fullmatch(key) or (secret_key and key.startswith("sk_") and key != secret_key):
        raise unauthorized(f"Invalid API Key provided: {key[:8]}{'*' * 12}{key[-4:]}")


def _key_of(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
