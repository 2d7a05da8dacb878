"""The figures are Stripe's, so that what is shown is what is paid; looking changes nothing, here or there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor
from audit.models import AuditEntry
from billing.models import Organization, StripeCommand, Subscription
from billing.services import previews, subscriptions
from billing.services.errors import StripeRefused, StripeUnavailable
from billing.services.prices import UnknownPlan
from tests.factories import OrganizationFactory, PriceFactory, SubscriptionFactory, SubscriptionItemFactory
from tests.services.one_account import AMOUNTS, Shared

CHANGES = [
    {"plan_code": "premium"},
    {"plan_code": "premium", "quantity": 5},
    {"plan_code": "professional", "quantity": 2},
    {"plan_code": "professional", "interval": "year"},
    {"plan_code": "premium", "interval": "year", "quantity": 3},
]


@pytest.mark.parametrize("choices", CHANGES)
def test_a_change_costs_what_was_shown(
    at_hand: Shared, paying: Subscription, by: Actor, choices: dict[str, Any]
) -> None:
    shown = previews.preview_change(subscription=paying, now=timezone.now(), **choices)
    assert sum(line.amount for line in shown.lines) == shown.subtotal
    assert shown.total == shown.subtotal + shown.tax
    assert (shown.due_now, shown.currency) == (shown.total, "usd")
    before = at_hand.charged(paying.organization)
    subscriptions.change_plan(subscription=paying, preview_token=shown.token, by=by, **choices)
    assert at_hand.charged(paying.organization) - before == shown.due_now


@pytest.mark.parametrize("choices", CHANGES)
def test_looking_changes_nothing(at_hand: Shared, paying: Subscription, choices: dict[str, Any]) -> None:
    def state() -> list[Any]:
        return [
            Subscription.objects.values().get(),
            StripeCommand.objects.count(),
            AuditEntry.objects.count(),
            at_hand.of(paying.organization, "invoices"),
            at_hand.of(paying.organization, "subscriptions"),
        ]

    before = state()
    previews.preview_change(subscription=paying, now=timezone.now(), **choices)
    assert state() == before


def test_a_change_of_plan_is_a_credit_and_a_charge(paying: Subscription) -> None:
    shown = previews.preview_change(subscription=paying, plan_code="premium", now=timezone.now())
    credit, charge = sorted(shown.lines, key=lambda line: line.amount)
    assert credit.amount < 0 < charge.amount
    assert credit.proration
    assert charge.proration
    assert credit.period_end == charge.period_end == paying.current_period_end
    assert credit.description
    assert charge.description


@pytest.mark.parametrize(
    ("choices", "amount"),
    [
        ({"plan_code": "premium"}, 7900),
        ({"plan_code": "premium", "quantity": 5}, 5 * 7900),
        ({"plan_code": "professional", "quantity": 2}, 5800),
        ({"plan_code": "premium", "interval": "month"}, 7900),
    ],
)
def test_the_next_renewal_is_shown_where_its_date_stays(
    paying: Subscription, choices: dict[str, Any], amount: int
) -> None:
    shown = previews.preview_change(subscription=paying, now=timezone.now(), **choices)
    assert shown.next_invoice == previews.PreviewNext(paying.current_period_end, amount)


def test_with_another_interval_it_is_not_said(paying: Subscription) -> None:
    shown = previews.preview_change(subscription=paying, plan_code="premium", interval="year", now=timezone.now())
    assert shown.next_invoice is None


def test_it_holds_for_fifteen_minutes(paying: Subscription) -> None:
    now = timezone.now()
    shown = previews.preview_change(subscription=paying, plan_code="premium", now=now)
    assert shown.expires_at == now + timedelta(minutes=15)


def test_later_in_the_period_an_upgrade_costs_less(paying: Subscription) -> None:
    start, end = paying.current_period_start, paying.current_period_end
    asked_at = [start + (end - start) * tenths / 10 for tenths in (0, 3, 6, 9)]
    costs = [previews.preview_change(subscription=paying, plan_code="premium", now=at).total for at in asked_at]
    assert costs[0] == AMOUNTS["premium", "month", "usd"] - AMOUNTS["professional", "month", "usd"]
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == 4


@pytest.mark.parametrize(
    ("plan", "interval", "quantity"), [("professional", "month", 1), ("premium", "year", 1), ("premium", "month", 4)]
)
def test_a_start_costs_what_was_shown(
    at_hand: Shared, customer: Organization, by: Actor, plan: str, interval: str, quantity: int
) -> None:
    choices = {"plan_code": plan, "interval": interval, "quantity": quantity}
    shown = previews.preview_start(organization=customer, now=timezone.now(), **choices)
    assert shown.total == shown.due_now == AMOUNTS[plan, interval, "usd"] * quantity
    assert shown.token == ""
    assert shown.next_invoice is None
    assert [line.proration for line in shown.lines] == [False]
    assert at_hand.of(customer, "subscriptions") == []
    subscriptions.start(organization=customer, payment_method="pm_card_visa", by=by, **choices)
    assert at_hand.charged(customer) == shown.due_now


@pytest.mark.parametrize("plan", ["platinum", ""])
def test_what_is_not_sold_has_no_preview(paying: Subscription, plan: str) -> None:
    with pytest.raises(UnknownPlan):
        previews.preview_change(subscription=paying, plan_code=plan, now=timezone.now())
    with pytest.raises(UnknownPlan):
        previews.preview_start(organization=paying.organization, plan_code=plan, now=timezone.now())


def test_an_ended_subscription_has_none(paying: Subscription, by: Actor) -> None:
    subscriptions.cancel(subscription=paying, at="now", by=by)
    with pytest.raises((StripeRefused, subscriptions.CannotChangePlan)) as refusal:
        previews.preview_change(subscription=paying, plan_code="premium", now=timezone.now())
    assert refusal.value.detail


@pytest.mark.django_db
@pytest.mark.parametrize("metered", [False, True])
def test_without_an_item_there_is_nothing_to_change(metered: bool) -> None:
    subscription = SubscriptionFactory()
    if metered:
        SubscriptionItemFactory(subscription=subscription, price__usage_type="metered")
    with pytest.raises(previews.PreviewStale, match="no item to change") as refusal:
        previews.preview_change(subscription=subscription, plan_code="premium", now=timezone.now())
    assert refusal.value.code == "no_item"


@pytest.mark.django_db
def test_a_silent_stripe_is_asked_again_by_the_caller() -> None:
    item = SubscriptionItemFactory(price__plan__code="premium")
    PriceFactory(plan=item.price.plan, interval="year")
    now = datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(StripeUnavailable, match=r"nothing was changed\. Try again") as refusal:
        previews.preview_change(subscription=item.subscription, plan_code="premium", interval="year", now=now)
    assert (refusal.value.code, refusal.value.status) == ("stripe_unavailable", 503)
    with pytest.raises(StripeUnavailable):
        previews.preview_start(organization=OrganizationFactory(), plan_code="premium", now=now)
    assert not StripeCommand.objects.exists()


@pytest.mark.parametrize("kind", ["error_429", "error_500", "drop_response", "reset"])
def test_so_is_one_that_is_busy_or_broken(at_hand: Shared, paying: Subscription, kind: str) -> None:
    at_hand.breaks("POST /v1/invoices/create_preview", kind)
    with pytest.raises(StripeUnavailable):
        previews.preview_change(subscription=paying, plan_code="premium", now=timezone.now())
    shown = previews.preview_change(subscription=paying, plan_code="premium", now=timezone.now())
    assert shown.due_now > 0
