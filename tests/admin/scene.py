"""A company with a little of everything, so that every page has something to show."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from audit.record import record
from billing import models
from billing.staff import StaffGroup, ensure_staff_groups
from tests import factories

NOW = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
PERIOD = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


def staff(group: StaffGroup | None = None, **fields: Any) -> models.User:
    """Someone of that group; without a group someone who may sign in and see nothing."""
    user = factories.UserFactory(is_staff=True, **fields)
    if group is not None:
        ensure_staff_groups()
        user.groups.set([Group.objects.get(name=group.value)])
    return user


def superuser(**fields: Any) -> models.User:
    return factories.UserFactory(is_staff=True, is_superuser=True, **fields)


def organization_with_everything(name: str = "Acme <b>Ltd</b>") -> SimpleNamespace:
    """One row of each noun, tied together."""
    organization = factories.OrganizationFactory(name=name, time_zone="Europe/Berlin", created_at=NOW)
    plan = factories.PlanFactory(name="Premium")
    price = factories.PriceFactory(plan=plan, unit_amount=7900)
    subscription = factories.SubscriptionFactory(
        organization=organization, current_period_start=PERIOD[0], current_period_end=PERIOD[1]
    )
    item = factories.SubscriptionItemFactory(subscription=subscription, price=price)
    invoice = factories.InvoiceFactory(
        organization=organization, subscription=subscription, status="open", amount_paid=0, amount_remaining=2900
    )
    factories.InvoiceLineFactory(invoice=invoice, period_start=PERIOD[0], period_end=PERIOD[1])
    payment = factories.PaymentFactory(
        organization=organization, status="requires_payment_method", failure_code="insufficient_funds"
    )
    attempt = factories.PaymentAttemptFactory(payment=payment, status="failed", failure_code="insufficient_funds")
    _settled_by(invoice, payment)
    settled = factories.PaymentFactory(organization=organization, amount=94010, amount_received=94010)
    factories.PaymentAttemptFactory(payment=settled, amount=94010)
    event = models.WebhookEvent.objects.create(
        stripe_event_id=f"evt_{organization.pk}",
        event_type="customer.subscription.updated",
        object_id=subscription.stripe_id,
        organization_id=organization.pk,
        stripe_created_at=NOW,
        payload='{"id": "evt_1", "data": {"object": {"client_secret": "very-secret"}}}',
        status="dead",
        error_code="TooEarly",
        error_message="Whose the object is, is not known yet.",
    )
    replay = models.Replay.objects.create(
        asked_by_kind="system", asked_by_id="system", chosen="Dead", reason="The handler was mended", events_count=1
    )
    models.WebhookEvent.objects.filter(pk=event.pk).update(replay=replay)
    letter = models.DeadLetter.objects.create(
        event=event, died_at=NOW, attempts=12, error_code="RuntimeError", error_message="No <b>plan</b> of this name."
    )
    difference = models.Discrepancy.objects.create(
        run=models.ReconciliationRun.objects.filter(status="done").first() or _reconciled(),
        organization=organization,
        object_type="invoice",
        stripe_id=invoice.stripe_id,
        kind="amount_differs",
        field="total",
        here=2900,
        there=3100,
        amount=200,
        currency="usd",
    )
    models.WebhookAttempt.objects.create(event=event, at=NOW, outcome="failed", error_code="TooEarly")
    factories.SubscriptionChangeFactory(
        organization=organization, subscription_id=subscription.stripe_id, state=_state("active", price.stripe_id)
    )
    command = _command(organization, subscription)
    key = models.ApiKey.issue(
        live=False, name=f"Shop of {name}"[:255], organization=organization, scopes=["billing:read"]
    ).key
    with transaction.atomic():
        record(
            "subscription.updated",
            target=("subscription", subscription.stripe_id),
            organization_id=organization.pk,
            before={"status": "trialing"},
            after={"status": "active"},
        )
    return SimpleNamespace(
        organization=organization,
        plan=plan,
        price=price,
        subscription=subscription,
        item=item,
        invoice=invoice,
        payment=payment,
        attempt=attempt,
        event=event,
        letter=letter,
        difference=difference,
        command=command,
        key=key,
        settled=settled,
        approval=approval_of(settled, 94010),
    )


def _reconciled() -> models.ReconciliationRun:
    return models.ReconciliationRun.objects.create(
        status="done",
        asked_by_kind="system",
        asked_by_id="system",
        started_at=NOW,
        finished_at=NOW + timedelta(minutes=6, seconds=12),
        tallies={"invoice": {"checked": 1240, "amount_differs": 1, "healed": 0, "apart": {"usd": 200}}},
        billed={"usd": 100_000},
        misbilled={"usd": 200},
        left={"usd": 200},
        stripe_calls=240,
    )


def approval_of(payment: models.Payment, amount: int, **fields: Any) -> models.Approval:
    """A refund that somebody asked for an hour ago."""
    asked_at = timezone.now() - timedelta(hours=1)
    given = {
        "organization": payment.organization,
        "verb": "payment.refund",
        "target_type": "payment",
        "target_id": payment.stripe_id,
        "parameters": {"amount": amount, "currency": payment.currency, "reason_code": ""},
        "amount": amount,
        "currency": payment.currency,
        "facts": {"amount": amount, "captured": payment.amount, "left": payment.amount, "invoices": [["N-1", "paid"]]},
        "reason": "Customer asked: paid twice, see <b>N-2</b>",
        "asked_by_kind": "staff",
        "asked_by_id": "0",
        "asked_at": asked_at,
        "expires_at": asked_at + timedelta(hours=24),
        **fields,
    }
    row = models.Approval(**given)
    row.digest = row.digest_now(amount=amount, currency=payment.currency)
    row.save()
    return row


def _settled_by(invoice: models.Invoice, payment: models.Payment) -> None:
    models.InvoicePayment.objects.create(
        stripe_id=f"inpay_{invoice.pk}",
        organization=invoice.organization,
        invoice=invoice,
        payment=payment,
        status="open",
        amount_requested=2900,
        currency="usd",
        created_at=NOW,
    )


def _command(organization: models.Organization, subscription: models.Subscription) -> models.StripeCommand:
    return models.StripeCommand.objects.create(
        organization=organization,
        operation="subscriptions.update",
        parameters={"id": subscription.stripe_id},
        idempotency_key=f"key_{organization.pk}",
        status="unknown",
        attempts=1,
        actor_kind="system",
        actor_id="system",
        created_at=NOW - timedelta(minutes=1),
    )


def _state(status: str, price: str) -> dict[str, Any]:
    item = {"id": "si_1", "price": price, "quantity": 1, "unit_amount": 7900, "interval": "month"}
    return {"status": status, "currency": "usd", "items": [item], "cancel_at_period_end": False, "pause": None}
