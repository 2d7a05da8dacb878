"""Way C against the sandbox, and the webhooks that confirm it."""

import pytest
from django.utils import timezone

from audit.actor import Actor
from audit.models import AuditEntry
from billing.models import Invoice, Organization, Payment, StripeCommand, Subscription, SubscriptionChange, WebhookEvent
from billing.services import catalog, organizations, previews, subscriptions
from billing.services.errors import PaymentDeclined
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def organization(sandbox: str, by: Actor) -> Organization:
    list(catalog.publish(catalog.shipped_catalog(), by=by))
    return organizations.register(name="Acme", email="acme@example.com", by=by)


def test_the_answer_is_read_back_at_once(organization: Organization, by: Actor) -> None:
    assert organization.stripe_customer_id.startswith("cus_")
    subscription = subscriptions.start(
        organization=organization, plan_code="professional", payment_method="pm_card_visa", by=by
    )
    assert subscription.status == "active"
    assert subscription.organization == organization
    assert StripeCommand.objects.exclude(status="done").count() == 0
    assert AuditEntry.objects.filter(action="subscription.start_requested").count() == 1


def test_the_webhooks_confirm_and_change_nothing(sandbox: str, organization: Organization, by: Actor) -> None:
    subscription = subscriptions.start(
        organization=organization, plan_code="professional", payment_method="pm_card_visa", by=by
    )
    before = Subscription.objects.values().get()
    tally = deliver(sandbox)
    assert tally.failed == 0, list(WebhookEvent.objects.filter(status="failed").values("event_type", "error_message"))
    assert Subscription.objects.values().get() == before
    assert Invoice.objects.get().status == "paid"
    payment = Payment.objects.get()
    assert (payment.status, payment.amount) == ("succeeded", 2900)
    assert Invoice.objects.get().invoice_payments.get().payment == payment
    assert SubscriptionChange.objects.filter(subscription_id=subscription.stripe_id).exists()


def test_what_the_preview_showed_is_charged(sandbox: str, organization: Organization, by: Actor) -> None:
    subscription = subscriptions.start(
        organization=organization, plan_code="professional", payment_method="pm_card_visa", by=by
    )
    preview = previews.preview_change(subscription=subscription, plan_code="premium", now=timezone.now())
    assert sum(line.amount for line in preview.lines) == preview.subtotal
    changed = subscriptions.change_plan(
        subscription=subscription, plan_code="premium", preview_token=preview.token, by=by
    )
    assert changed.items.get().price.plan.code == "premium"
    deliver(sandbox)
    assert Invoice.objects.order_by("-number").first().total == preview.total


def test_a_declined_card_leaves_no_subscription(organization: Organization, by: Actor) -> None:
    with pytest.raises(PaymentDeclined) as refusal:
        subscriptions.start(
            organization=organization,
            plan_code="professional",
            payment_method="pm_card_chargeCustomerFail",
            by=by,
        )
    assert refusal.value.decline_code
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(("at", "status", "ends"), [("now", "canceled", False), ("period_end", "active", True)])
def test_cancelling(organization: Organization, by: Actor, at: str, status: str, ends: bool) -> None:
    subscription = subscriptions.start(
        organization=organization, plan_code="professional", payment_method="pm_card_visa", by=by
    )
    cancelled = subscriptions.cancel(subscription=subscription, at=at, reason="No longer needed", by=by)
    assert (cancelled.status, cancelled.cancel_at_period_end) == (status, ends)
