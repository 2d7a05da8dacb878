"""The demo empties what it talks to: it must never be Stripe."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from deploy.demo.management.commands.seed_demo import is_stripe_itself


@pytest.mark.parametrize(
    "address",
    [
        "https://api.stripe.com",
        "https://api.stripe.com/",
        "https://API.Stripe.com",
        "https://api.stripe.com:443",
        "https://eu.api.stripe.com",
        "https://api.stripe.com.",
        "http://stripe.com",
    ],
)
def test_every_spelling(settings: Any, address: str) -> None:
    settings.STRIPE_API_BASE = address
    with pytest.raises(CommandError, match="Stripe itself"):
        call_command("seed_demo")


def test_a_live_key_is_refused_at_any_address(settings: Any) -> None:
    settings.STRIPE_LIVE_MODE = True
    with pytest.raises(CommandError, match="Stripe itself"):
        call_command("seed_demo")


@pytest.mark.parametrize("address", ["http://127.0.0.1:12111", "http://localhost:1", "http://stripe.com.example.test"])
def test_the_sandbox_is_not_refused(settings: Any, address: str) -> None:
    settings.STRIPE_API_BASE = address
    assert not is_stripe_itself()
