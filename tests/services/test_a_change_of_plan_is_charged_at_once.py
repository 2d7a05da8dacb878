"""An upgrade takes effect and is invoiced now; what was not chosen stays as it was."""

import pytest

from audit.actor import Actor
from billing.models import Organization, StripeCommand, Subscription, SubscriptionItem
from billing.services import subscriptions
from billing.services.errors import PaymentDeclined
from billing.staff import StaffGroup
from tests.services.one_account import Shared, logged
from tests.services.refunding import person


def newest_invoice(at_hand: Shared, customer: Organization) -> dict[str, object]:
    return at_hand.of(customer, "invoices")[0]


def test_the_difference_is_paid_now(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    changed = subscriptions.change_plan(subscription=paying, plan_code="premium", by=by)
    assert changed.items.get().price_id == at_hand.prices["premium", "month", "usd"]
    invoice = newest_invoice(at_hand, paying.organization)
    assert invoice["billing_reason"] == "subscription_update"
    assert 4900 <= invoice["total"] <= 5000  # 50 dollars for a whole month; seconds of it are over
    assert at_hand.charged(paying.organization) == 2900 + invoice["total"]


def test_the_answer_is_the_same_row(paying: Subscription, by: Actor) -> None:
    changed = subscriptions.change_plan(subscription=paying, plan_code="premium", by=by)
    assert changed is paying
    assert Subscription.objects.get().current_period_end == changed.current_period_end
    assert SubscriptionItem.objects.count() == 1


def test_the_item_is_changed_and_not_replaced(paying: Subscription, by: Actor) -> None:
    before = paying.items.get().stripe_id
    subscriptions.change_plan(subscription=paying, plan_code="premium", by=by)
    assert paying.items.get().stripe_id == before


@pytest.mark.parametrize("interval", ["", "month"])
def test_interval_and_quantity_stay_unless_chosen(
    at_hand: Shared, customer: Organization, by: Actor, interval: str
) -> None:
    subscription = subscriptions.start(
        organization=customer, plan_code="professional", quantity=4, payment_method="pm_card_visa", by=by
    )
    subscriptions.change_plan(subscription=subscription, plan_code="premium", interval=interval, by=by)
    item = subscription.items.get()
    assert (item.price_id, item.quantity) == (at_hand.prices["premium", "month", "usd"], 4)


def test_a_yearly_subscription_stays_yearly(at_hand: Shared, customer: Organization, by: Actor) -> None:
    subscription = subscriptions.start(
        organization=customer, plan_code="professional", interval="year", payment_method="pm_card_visa", by=by
    )
    subscriptions.change_plan(subscription=subscription, plan_code="premium", by=by)
    assert subscription.items.get().price_id == at_hand.prices["premium", "year", "usd"]


def test_the_currency_is_the_subscriptions(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    """A customer who pays in dollars cannot be asked for euros in the middle."""
    Organization.objects.update(currency="eur")
    subscriptions.change_plan(subscription=paying, plan_code="premium", by=by)
    assert paying.items.get().price_id == at_hand.prices["premium", "month", "usd"]


def test_more_seats_cost_more(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    subscriptions.change_plan(subscription=paying, plan_code="professional", quantity=3, by=by)
    assert paying.items.get().quantity == 3
    assert 5700 <= newest_invoice(at_hand, paying.organization)["total"] <= 5800


def test_a_downgrade_is_a_credit(at_hand: Shared, customer: Organization, by: Actor) -> None:
    subscription = subscriptions.start(organization=customer, plan_code="premium", payment_method="pm_card_visa", by=by)
    subscriptions.change_plan(subscription=subscription, plan_code="professional", by=by)
    assert newest_invoice(at_hand, customer)["total"] < 0
    assert at_hand.charged(customer) == 7900


def test_the_log_has_before_after_and_reason(at_hand: Shared, paying: Subscription) -> None:
    finance = person(StaffGroup.FINANCE)
    subscriptions.change_plan(
        subscription=paying,
        plan_code="premium",
        quantity=2,
        reason="Asked for by phone",
        by=finance,
    )
    entry = logged("subscription.change_requested")
    assert entry.before == {"price": at_hand.prices["professional", "month", "usd"], "quantity": 1}
    after = at_hand.prices["premium", "month", "usd"]
    assert entry.after == {"plan": "premium", "price": after, "quantity": 2}
    assert (entry.reason, entry.actor_kind, entry.actor_id) == ("Asked for by phone", "staff", finance.id)
    assert (entry.target_id, entry.organization_id) == (paying.stripe_id, paying.organization_id)


def test_a_declined_upgrade_leaves_everything_as_it_was(at_hand: Shared, customer: Organization, by: Actor) -> None:
    subscription = subscriptions.start(
        organization=customer, plan_code="professional", payment_method="pm_card_sandbox_failsOnRenewal", by=by
    )
    before = Subscription.objects.values().get()
    with pytest.raises(PaymentDeclined) as refusal:
        subscriptions.change_plan(subscription=subscription, plan_code="premium", by=by)
    assert refusal.value.code == "card_declined"
    assert Subscription.objects.values().get() == before
    assert subscription.items.get().price_id == at_hand.prices["professional", "month", "usd"]
    assert at_hand.charged(customer) == 2900
    assert StripeCommand.objects.get(operation="subscriptions.update").status == "failed"


def test_a_subscription_that_is_about_to_end_may_still_change(paying: Subscription, by: Actor) -> None:
    subscriptions.cancel(subscription=paying, by=by)
    subscriptions.change_plan(subscription=paying, plan_code="premium", by=by)
    assert paying.cancel_at_period_end
    assert paying.items.get().price.plan.code == "premium"
