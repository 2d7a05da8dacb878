"""Protections that a variable has switched off: `manage.py check --deploy`."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

_OFF = (
    ("RATE_LIMIT_ENABLED", "keys and passwords may be tried without a limit", "billing.W008"),
    ("SECURITY_HEADERS_ENABLED", "browsers are not told what to refuse", "billing.W009"),
    ("CSP_ENABLED", "a script that got into a page would run", "billing.W010"),
)


@register(Tags.security, deploy=True)
def check_nothing_is_switched_off(**_: object) -> Iterator[CheckMessage]:
    for name, consequence, code in _OFF:
        if not getattr(settings, name):
            hint = f"Take {name} out of the environment, unless something in front of us does its work."
            yield Warning(f"{name} is false: {consequence}.", hint=hint, id=code)
