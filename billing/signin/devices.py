"""Browsers that somebody has signed in with before, known by a signed cookie.

Failures from a known device are counted for the device alone. So whoever guesses at an account, even from the same
address as its owner, cannot keep the owner out of it (OWASP calls this device cookies).
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "ch_device"
MAX_AGE_SECONDS = 180 * 24 * 3600
MOST_ACCOUNTS = 5
_SALT = "billing.signin.devices"


def account_digest(email: str) -> str:
    """Names an account without telling its mail address; the same whatever its case."""
    return salted_hmac("billing.signin.account", email.strip().lower()).hexdigest()


def known_device(request: HttpRequest, email: str) -> str:
    """The name of the device, where the account was signed in to with it before; else empty."""
    return _accounts(request).get(account_digest(email), "")


def remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Let the browser keep that this account was signed in to; a shared one keeps the latest few accounts."""
    account, accounts = account_digest(email), _accounts(request)
    name = accounts.pop(account, "") or secrets.token_hex(16)
    kept = dict([*accounts.items(), (account, name)][-MOST_ACCOUNTS:])
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _accounts(request: HttpRequest) -> dict[str, str]:
    try:
        found: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE_SECONDS)
    except signing.BadSignature:
        return {}
    return found
