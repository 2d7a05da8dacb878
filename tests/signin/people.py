"""Persons who sign in, and what they do for it: the real pages, the real codes."""

import itertools
import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from billing.models import User
from billing.signin.sealed import secrets_of
from tests import factories

PASSWORD = "correct horse battery staple"
LOGIN, SECOND, ACCOUNT, CONFIRM = (
    "/admin/login/",
    "/admin/account/second-factor/",
    "/admin/account/",
    "/admin/account/confirm/",
)
STEP_SECONDS = 30
_numbers = itertools.count(1)


def member_of_staff(**fields: Any) -> User:
    user: User = factories.UserFactory(is_staff=True, is_superuser=True, **fields)
    return user


def browser(address: str = "") -> Client:
    """A browser of its own, at an address of its own where none is given."""
    return Client(REMOTE_ADDR=address or f"198.51.100.{next(_numbers) % 250 + 1}", HTTP_USER_AGENT="Firefox/1 (Linux)")


def enter_password(client: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"username": user.email, "password": password, **more})


def code_of(secret: str, *, steps: int = 0, at: float | None = None) -> str:
    """What an authenticator app shows now, or `steps` later."""
    step = int(time.time() if at is None else at) // STEP_SECONDS + steps
    return format_hotp_value(hotp_value(secret, step))


def secret_shown(page: Any) -> str:
    """The key on the page that adds an app."""
    found = re.search(r"<code data-key>([A-Z2-7]+)</code>", page.content.decode())
    assert found
    return found.group(1)


def add_app(client: Client, *, steps: int = -1) -> str:
    """Add an authenticator app by the pages; returns its secret. Uses the code of the step before the present one,
    so that the present one is left for signing in."""
    secret = secret_shown(client.get("/admin/account/app/add/"))
    answer = client.post("/admin/account/app/add/", {"code": code_of(secret, steps=steps)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def with_app(**fields: Any) -> tuple[User, str]:
    """Somebody who has added an app, and its secret."""
    user, client = member_of_staff(**fields), browser()
    enter_password(client, user)
    return user, add_app(client)


def recovery_codes(user: User) -> list[str]:
    with secrets_of(user):
        codes: list[str] = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    return codes


def sign_in(client: Client, user: User, secret: str = "") -> Any:
    """All steps that there are; the answer to the last."""
    answer = enter_password(client, user)
    return client.post(SECOND, {"code": code_of(secret)}) if secret else answer


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def guessing(user: User, address: str = "203.0.113.99") -> Any:
    """Guess until there is nothing more to be had; the last answer."""
    answer = enter_password(browser(address), user, "wrong")
    while answer.status_code == 200:
        answer = enter_password(browser(address), user, "wrong")
    return answer
