"""Signing in."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security)
def check_second_factor_is_required(**_: object) -> Iterator[CheckMessage]:
    if settings.STRIPE_LIVE_MODE and not settings.DEBUG and not settings.STAFF_MFA_REQUIRED:
        yield Warning(
            "STAFF_MFA_REQUIRED is off while STRIPE_SECRET_KEY is a live key: a stolen password opens the books.",
            hint="Take STAFF_MFA_REQUIRED=false away; staff are asked to set up a second factor when they sign in.",
            id="billing.W030",
        )


@register(Tags.security)
def check_sessions_run_out(**_: object) -> Iterator[CheckMessage]:
    if settings.SESSION_IDLE_SECONDS > settings.SESSION_MAX_SECONDS:
        yield Warning(
            "SESSION_IDLE_SECONDS is longer than SESSION_MAX_SECONDS: no session ever ends for being idle.",
            hint="Make it shorter; half an hour is the default.",
            id="billing.W031",
        )


@register(Tags.security)
def check_addresses_are_told_apart(**_: object) -> Iterator[CheckMessage]:
    if settings.SECURE_PROXY_SSL_HEADER and not settings.REST_FRAMEWORK["NUM_PROXIES"]:
        yield Warning(
            "BEHIND_PROXY is on and NUM_PROXIES is 0: everybody seems to come from the proxy, so that whoever guesses "
            "passwords locks everybody out.",
            hint="Set NUM_PROXIES to the number of proxies that add to X-Forwarded-For.",
            id="billing.W032",
        )
