"""Plan, interval, currency, quantity and trial reach Stripe as they were chosen, and the money that moves is theirs."""

from datetime import timedelta

import pytest

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.models import Organization, PaymentMethod, StripeCommand, Subscription
from billing.services import organizations, payment_methods, subscriptions
from billing.services.errors import PaymentDeclined
from tests.services.one_account import AMOUNTS, Shared, asked, logged


@pytest.mark.parametrize(
    ("plan", "interval", "quantity"),
    [("professional", "month", 1), ("professional", "year", 1), ("premium", "month", 3), ("premium", "year", 2)],
)
def test_plan_interval_and_quantity(
    at_hand: Shared, customer: Organization, by: Actor, plan: str, interval: str, quantity: int
) -> None:
    subscription = subscriptions.start(
        organization=customer,
        plan_code=plan,
        interval=interval,
        quantity=quantity,
        payment_method="pm_card_visa",
        by=by,
    )
    item = subscription.items.get()
    assert item.price_id == at_hand.prices[plan, interval, "usd"]
    assert item.quantity == quantity
    assert at_hand.charged(customer) == AMOUNTS[plan, interval, "usd"] * quantity


def test_the_organizations_currency(at_hand: Shared, by: Actor) -> None:
    european = organizations.register(name="Acme", email="acme@example.com", currency="EUR", by=by)
    subscription = subscriptions.start(
        organization=european, plan_code="professional", payment_method="pm_card_visa", by=by
    )
    assert subscription.currency == "eur"
    assert at_hand.charged(european) == 2700


def test_a_trial_charges_nothing_yet(at_hand: Shared, customer: Organization, by: Actor) -> None:
    subscription = subscriptions.start(
        organization=customer, plan_code="premium", trial_days=14, payment_method="pm_card_visa", by=by
    )
    assert subscription.status == "trialing"
    assert subscription.trial_end - subscription.trial_start == timedelta(days=14)
    assert at_hand.charged(customer) == 0


def test_without_a_trial_none_is_asked_for(paying: Subscription) -> None:
    parameters = StripeCommand.objects.get(operation="subscriptions.create").parameters
    assert "trial_period_days" not in parameters
    assert parameters["payment_behavior"] == "error_if_incomplete"
    assert paying.trial_end is None


def test_a_given_card_pays_and_becomes_the_default(paying: Subscription, customer: Organization) -> None:
    method = PaymentMethod.objects.get()
    customer.refresh_from_db()
    assert paying.default_payment_method_id == method.stripe_id
    assert customer.default_payment_method_id == method.stripe_id
    assert asked() == ["customers.create", "payment_methods.attach", "customers.update", "subscriptions.create"]


def test_without_a_card_the_customers_default_pays(at_hand: Shared, customer: Organization, by: Actor) -> None:
    payment_methods.attach(organization=customer, payment_method="pm_card_visa", by=by)
    subscription = subscriptions.start(organization=customer, plan_code="professional", by=by)
    assert subscription.default_payment_method_id == ""
    assert at_hand.charged(customer) == 2900


def test_with_no_way_to_pay_nothing_starts(at_hand: Shared, customer: Organization, by: Actor) -> None:
    with pytest.raises(Exception, match="payment") as refusal:
        subscriptions.start(organization=customer, plan_code="professional", by=by)
    assert refusal.value.status in (402, 422)
    assert refusal.value.code
    assert not Subscription.objects.exists()
    assert at_hand.of(customer, "subscriptions") == []


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_chargeCustomerFail", "generic_decline"),
        ("pm_card_sandbox_insufficientFunds", "insufficient_funds"),
    ],
)
def test_a_decline_at_the_first_payment(
    at_hand: Shared, customer: Organization, by: Actor, card: str, decline_code: str
) -> None:
    with pytest.raises(PaymentDeclined) as refusal:
        subscriptions.start(organization=customer, plan_code="professional", payment_method=card, by=by)
    assert (refusal.value.status, refusal.value.decline_code) == (402, decline_code)
    assert refusal.value.detail.endswith(".")
    command = StripeCommand.objects.get(operation="subscriptions.create")
    assert (command.status, command.decline_code, command.result_id) == ("failed", decline_code, "")
    assert logged("command.failed").after["decline_code"] == decline_code
    assert not Subscription.objects.live().exists()
    assert at_hand.charged(customer) == 0


def test_after_a_decline_another_card_may_pay(at_hand: Shared, customer: Organization, by: Actor) -> None:
    with pytest.raises(PaymentDeclined):
        subscriptions.start(
            organization=customer, plan_code="professional", payment_method="pm_card_chargeCustomerFail", by=by
        )
    subscription = subscriptions.start(
        organization=customer, plan_code="professional", payment_method="pm_card_visa", by=by
    )
    assert subscription.status == "active"
    assert at_hand.charged(customer) == 2900


def test_the_log_says_who_wanted_what(at_hand: Shared, customer: Organization) -> None:
    subscriptions.start(
        organization=customer,
        plan_code="premium",
        interval="year",
        quantity=2,
        trial_days=7,
        payment_method="pm_card_visa",
        by=Actor(ActorKind.STAFF, "7"),
    )
    entry = logged("subscription.start_requested")
    assert (entry.actor_kind, entry.actor_id) == ("staff", "7")
    assert (entry.target_type, entry.target_id) == ("organization", customer.public_id)
    assert entry.organization_id == customer.pk
    price = at_hand.prices["premium", "year", "usd"]
    assert entry.after == {"plan": "premium", "price": price, "quantity": 2, "trial_days": 7}
    done = AuditEntry.objects.filter(action="command.done").latest("id")
    assert (done.actor_kind, done.after["operation"]) == ("staff", "subscriptions.create")


def test_two_plans_may_run_side_by_side(at_hand: Shared, paying: Subscription, by: Actor) -> None:
    other = subscriptions.start(organization=paying.organization, plan_code="premium", by=by)
    assert {one["id"] for one in at_hand.of(paying.organization, "subscriptions")} == {
        paying.stripe_id,
        other.stripe_id,
    }
    assert at_hand.charged(paying.organization) == 2900 + 7900
