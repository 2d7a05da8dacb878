"""The token is a promise of a price: it must not be stretched to another plan, subscription, period or hour."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.utils import timezone

from audit.actor import Actor
from billing.models import StripeCommand, Subscription
from billing.services import subscriptions
from billing.services.previews import SALT, PreviewStale, PreviewTerms, read_token
from tests.factories import PlanFactory, PriceFactory, SubscriptionFactory, SubscriptionItemFactory
from tests.services.one_account import nothing_happened

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription() -> Subscription:
    for code in ("professional", "premium"):
        PriceFactory(plan=PlanFactory(code=code), stripe_id=f"price_{code}")
    made = SubscriptionFactory()
    SubscriptionItemFactory(subscription=made, price_id="price_professional", price=None, quantity=2)
    return made


def token(subscription: Subscription, salt: str = SALT, **changes: Any) -> str:
    """As a preview of Premium for two makes it."""
    content = {
        "subscription": subscription.stripe_id,
        "period": int(subscription.current_period_start.timestamp()),
        "price": "price_premium",
        "quantity": 2,
        "date": 1_767_300_000,
    }
    return signing.dumps({**content, **changes}, salt=salt)


def change(subscription: Subscription, by: Actor, preview_token: str, **choices: Any) -> None:
    choices = {"plan_code": "premium", **choices}
    subscriptions.change_plan(subscription=subscription, preview_token=preview_token, by=by, **choices)


def test_its_second_is_what_stripe_computes_with(subscription: Subscription, by: Actor) -> None:
    with pytest.raises(Exception, match="No answer from Stripe"):
        change(subscription, by, token(subscription))
    assert StripeCommand.objects.get().parameters["proration_date"] == 1_767_300_000


def test_without_one_stripe_takes_its_own_time(subscription: Subscription, by: Actor) -> None:
    with pytest.raises(Exception, match="No answer from Stripe"):
        change(subscription, by, "")
    assert "proration_date" not in StripeCommand.objects.get().parameters


@pytest.mark.parametrize("seconds", [0, 899])
def test_it_is_read_for_fifteen_minutes(subscription: Subscription, seconds: int) -> None:
    made = token(subscription)
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
        assert read_token(made, subscription) == PreviewTerms("price_premium", 2, 1_767_300_000)


@pytest.mark.parametrize("after", [timedelta(seconds=902), timedelta(days=1), timedelta(days=400)])
def test_not_for_longer(subscription: Subscription, by: Actor, after: timedelta) -> None:
    made = token(subscription)
    with (
        time_machine.travel(timezone.now() + after, tick=False),
        pytest.raises(PreviewStale, match="older than 15 minutes or not ours; make a new one") as refusal,
    ):
        change(subscription, by, made)
    assert (refusal.value.code, refusal.value.status) == ("preview_stale", 409)
    assert nothing_happened()


@pytest.mark.parametrize("forged", ["x", "a:b", "a:b:c", "ä", "\x00", "::", "0" * 10_000])
def test_words_that_we_did_not_sign(subscription: Subscription, by: Actor, forged: str) -> None:
    with pytest.raises(PreviewStale, match="not ours"):
        change(subscription, by, forged)
    assert nothing_happened()


def test_a_changed_word(subscription: Subscription, by: Actor) -> None:
    made = token(subscription)
    for place in range(0, len(made), 7):
        other = "A" if made[place] != "A" else "B"
        with pytest.raises(PreviewStale, match="not ours"):
            read_token(made[:place] + other + made[place + 1 :], subscription)
    assert nothing_happened()


def test_what_was_signed_for_another_purpose(subscription: Subscription, by: Actor) -> None:
    with pytest.raises(PreviewStale, match="not ours"):
        change(subscription, by, token(subscription, salt="countinghouse.other"))
    assert nothing_happened()


def test_of_another_subscription(subscription: Subscription, by: Actor) -> None:
    with pytest.raises(PreviewStale, match="of another subscription"):
        change(subscription, by, token(SubscriptionFactory()))
    assert nothing_happened()


def test_from_before_a_renewal(subscription: Subscription, by: Actor) -> None:
    made = token(subscription)
    subscription.current_period_start += timedelta(days=31)
    with pytest.raises(PreviewStale, match="has renewed since the preview"):
        change(subscription, by, made)
    assert nothing_happened()


@pytest.mark.parametrize("choices", [{"quantity": 1}, {"quantity": 3}, {"plan_code": "professional", "quantity": 9}])
def test_for_another_plan_or_quantity(subscription: Subscription, by: Actor, choices: dict[str, Any]) -> None:
    with pytest.raises(PreviewStale, match="made for another plan or quantity; make a new one"):
        change(subscription, by, token(subscription), **choices)
    assert nothing_happened()


def test_the_quantity_may_be_left_out_where_it_stays(subscription: Subscription, by: Actor) -> None:
    with pytest.raises(Exception, match="No answer from Stripe"):
        change(subscription, by, token(subscription), quantity=2)
    assert StripeCommand.objects.count() == 1


@pytest.mark.parametrize(
    ("price", "quantity", "holds"),
    [("price_a", 2, True), ("price_b", 2, False), ("price_a", 1, False), ("price_a", None, False)],
)
def test_its_terms_are_price_and_quantity(price: str, quantity: int | None, holds: bool) -> None:
    terms = PreviewTerms("price_a", 2, 0)
    if holds:
        terms.check(price=price, quantity=quantity)
    else:
        with pytest.raises(PreviewStale):
            terms.check(price=price, quantity=quantity)
