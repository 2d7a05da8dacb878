"""The keys that Stripe gives (https://docs.stripe.com/keys)."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

STRIPES_ADDRESS = "https://api.stripe.com"
SECRET_PREFIXES = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")
PUBLISHABLE_PREFIXES = {False: "pk_test_", True: "pk_live_"}
SHORTEST_KEY = 24
DASHBOARD = "Copy it again from Stripe's dashboard, Developers, API keys, without quotes and without a line break."


@register(Tags.security)
def check_secret_key(**_: object) -> Iterator[CheckMessage]:
    key = settings.STRIPE_SECRET_KEY
    if not key.startswith(SECRET_PREFIXES):
        prefixes = ", ".join(SECRET_PREFIXES)
        yield Error(f"STRIPE_SECRET_KEY begins with none of {prefixes}.", hint=DASHBOARD, id="billing.E001")
    elif len(key) < SHORTEST_KEY or not key.isprintable() or any(character.isspace() for character in key):
        yield Error("STRIPE_SECRET_KEY is cut off or holds white space.", hint=DASHBOARD, id="billing.E002")


@register(Tags.security)
def check_live_key(**_: object) -> Iterator[CheckMessage]:
    if not settings.STRIPE_LIVE_MODE:
        return
    if settings.DEBUG:
        yield Error(
            "STRIPE_SECRET_KEY is a live key while DEBUG is on: a traceback in the browser would show real customers.",
            hint="Set DEBUG=false, or use a test key.",
            id="billing.E003",
        )
    if settings.STRIPE_API_BASE != STRIPES_ADDRESS:
        yield Error(
            "STRIPE_SECRET_KEY is a live key, but STRIPE_API_BASE is not Stripe's address: it would be sent there.",
            hint="Unset STRIPE_API_BASE, or use a test key.",
            id="billing.E004",
        )


@register(Tags.security)
def check_publishable_key(**_: object) -> Iterator[CheckMessage]:
    key, prefix = settings.STRIPE_PUBLISHABLE_KEY, PUBLISHABLE_PREFIXES[settings.STRIPE_LIVE_MODE]
    if key and not key.startswith(prefix):
        yield Error(
            f"STRIPE_PUBLISHABLE_KEY does not begin with {prefix}: it is of another mode than STRIPE_SECRET_KEY.",
            hint="Take both keys from the same page of Stripe's dashboard.",
            id="billing.E005",
        )


@register(Tags.security)
def check_webhook_secrets(**_: object) -> Iterator[CheckMessage]:
    if not settings.STRIPE_WEBHOOK_SECRETS:
        yield Error(
            "STRIPE_WEBHOOK_SECRET is not set: every webhook would be refused.",
            hint="Copy the signing secret of the endpoint from Stripe's dashboard, Developers, Webhooks.",
            id="billing.E006",
        )
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        if not secret.startswith("whsec_") or any(character.isspace() for character in secret):
            yield Error(
                "STRIPE_WEBHOOK_SECRET holds something that is not a signing secret (whsec_...).",
                hint="Use the endpoint's signing secret, not an API key; several are separated by commas.",
                id="billing.E007",
            )
