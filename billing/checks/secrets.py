"""Our own secrets."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SHORTEST_SECRET_KEY = 50  # as Django's own check --deploy asks; here it holds for every start
ENCRYPTION_KEY = re.compile(r"[\w+/=-]{43,}", re.ASCII)  # 32 bytes are 43 characters in Base64, 64 in hexadecimal
MAKE_ONE = "Make one with `openssl rand -hex 32`."


@register(Tags.security)
def check_secret_key(**_: object) -> Iterator[CheckMessage]:
    if not settings.DEBUG and len(settings.SECRET_KEY) < SHORTEST_SECRET_KEY:
        yield Error(
            f"SECRET_KEY has fewer than {SHORTEST_SECRET_KEY} characters: sessions could be forged.",
            hint=MAKE_ONE,
            id="billing.E008",
        )


@register(Tags.security)
def check_encryption_keys(**_: object) -> Iterator[CheckMessage]:
    if not settings.DEBUG and not settings.ENCRYPTION_KEYS:
        yield Error("ENCRYPTION_KEY is not set.", hint=MAKE_ONE, id="billing.E009")
    if not all(ENCRYPTION_KEY.fullmatch(key) for key in settings.ENCRYPTION_KEYS):
        yield Error(
            "ENCRYPTION_KEY holds something shorter than 32 bytes, or not written in hexadecimal or Base64.",
            hint=f"{MAKE_ONE} To change it, put the new one first and keep the old one after a comma.",
            id="billing.E010",
        )
