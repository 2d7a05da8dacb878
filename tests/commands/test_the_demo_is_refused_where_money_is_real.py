"""The demo company makes a hundred customers: never at Stripe itself, and it says so before it does anything."""

import pytest
from django.core.management import CommandError

from billing.models import Organization, Plan, StripeCommand
from tests.commands.running import run

pytestmark = pytest.mark.django_db


def nothing_was_made() -> bool:
    return not any(model.objects.exists() for model in (Organization, Plan, StripeCommand))


@pytest.mark.parametrize("words", [(), ("--by-hand",), ("--companies", "1", "--days", "1"), ("--companies", "0")])
def test_at_stripe_itself_whatever_else_is_said(settings, words):
    settings.STRIPE_API_BASE = "https://api.stripe.com"
    with pytest.raises(CommandError, match="The demo company is for the sandbox; STRIPE_API_BASE is Stripe itself"):
        run("seed_demo", *words)
    assert nothing_was_made()


@pytest.mark.parametrize("words", [("--companies", "many"), ("--days", "1.5"), ("--real",)])
def test_words_that_it_does_not_know(words):
    with pytest.raises(CommandError):
        run("seed_demo", *words)
    assert nothing_was_made()
