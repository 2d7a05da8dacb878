"""Who may ask: secret and restricted keys of test mode, by Bearer or Basic. No live key is ever accepted."""

import base64
import binascii
import re

from sandbox.protocol.errors import StripeError, unauthorized

_KEY = re.compile(r"(sk|rk)_test_[A-Za-z0-9]{10,}")
_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth"
    " (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or"
    " we can help at https://support.stripe.com/."
)
_PUBLISHABLE = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of"
    " your API keys at https://dashboard.stripe.com/account/apikeys."
)


def authenticate(header: str | None, secret_key: str | None) -> str:
    """The key. Raises 401, or 403 for a publishable key. With a `secret_key` given at the start, that one alone is
    accepted beside restricted keys."""
    key = _key_of(header or "")
    if not key:
        raise unauthorized(_NO_KEY)
    if key.startswith(("sk_live_", "rk_live_")):
        raise unauthorized("This is a sandbox: it accepts test keys only. Never send a live key to it.")
    if key.startswith("pk_test_"):
        raise StripeError(403, "invalid_request_error", _PUBLISHABLE, code="secret_key_required")
    if not _KEY.fullmatch(key) or (secret_key and key.startswith("sk_") and key != secret_key):
        raise unauthorized(f"Invalid API Key provided: {masked(key)}")
    return key


def masked(key: str) -> str:
    """A key as Stripe's messages show it: its beginning, stars, and its last characters."""
    return f"{key[:8]}{'*' * max(len(key) - 12, 12)}{key[-4:] if len(key) > 12 else ''}"


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
