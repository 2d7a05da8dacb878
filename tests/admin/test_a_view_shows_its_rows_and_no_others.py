"""Staff work from these views: a row that is missing is work undone, a row too many is a customer written to for
nothing. Each view is asked for exactly its rows among rows of every kind."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model

from billing.domain.states import InvoiceStatus, SubscriptionStatus
from billing.models import Invoice, Organization, Payment, StripeCommand, Subscription, User, WebhookEvent
from billing.models.stripe_command import CommandStatus
from billing.models.webhook_event import EventStatus
from tests import factories
from tests.admin.reading import page_for, viewer
from tests.admin.scene import NOW

READER = viewer()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def shown(model: type[Model], code: str) -> set[str]:
    """The labels of the rows in a view, as the tests below give them."""
    chip = next(each for each in page_for(model).chips if each.code == code)
    rows: Any = chip.narrow(model._default_manager.all(), READER)
    return {row.label for row in map(labelled, rows)}


def labelled(row: Any) -> Any:
    metadata = getattr(row, "metadata", None)
    row.label = (metadata or {}).get("label", "") or getattr(row, "name", "") or str(row)
    return row


SUBSCRIPTIONS: dict[str, dict[str, object]] = {
    **{status.value: {"status": status.value} for status in SubscriptionStatus},
    "trial soon": {"status": "trialing", "trial_end": NOW + 7 * DAY},
    "trial late": {"status": "trialing", "trial_end": NOW + 7 * DAY + HOUR},
    "cancels": {"status": "active", "cancel_at_period_end": True},
    "cancelled at end": {"status": "canceled", "cancel_at_period_end": True},
    "collection paused": {"status": "active", "pause_behavior": "void"},
    "ended in a pause": {"status": "canceled", "pause_behavior": "void"},
    "over": {"status": "active", "current_period_end": NOW - 2 * HOUR},
    "over a moment ago": {"status": "active", "current_period_end": NOW - HOUR / 2},
    "over and ending": {"status": "active", "current_period_end": NOW - 2 * HOUR, "cancel_at_period_end": True},
    "without an end": {"status": "past_due", "current_period_end": None},
}
SERVED_ONES = {name for name, each in SUBSCRIPTIONS.items() if each["status"] in ("trialing", "active", "past_due")}


@pytest.fixture
def subscriptions(db: None) -> None:
    organization = factories.OrganizationFactory()
    for label, fields in SUBSCRIPTIONS.items():
        usual = {"current_period_end": NOW + 10 * DAY, "metadata": {"label": label}}
        factories.SubscriptionFactory(organization=organization, **{**usual, **fields})


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("active", SERVED_ONES),
        ("trial-ends", {"trial soon"}),
        ("past-due", {"past_due", "unpaid", "without an end"}),
        ("paused", {"paused", "collection paused"}),
        ("cancels", {"cancels", "over and ending"}),
        ("no-next-invoice", {"over", "without an end"}),
        ("ended", {"canceled", "incomplete_expired", "cancelled at end", "ended in a pause"}),
        ("all", set(SUBSCRIPTIONS)),
    ],
)
def test_subscriptions(subscriptions: None, code: str, expected: set[str]) -> None:
    assert shown(Subscription, code) == expected


INVOICES: dict[str, dict[str, object]] = {
    **{status.value: {"status": status.value} for status in InvoiceStatus},
    "tried": {"status": "open", "attempt_count": 1},
    "due now": {"status": "open", "due_at": NOW},
    "due later": {"status": "open", "due_at": NOW + HOUR},
    "paid late": {"status": "paid", "attempt_count": 3, "due_at": NOW - DAY},
    "given up": {"status": "uncollectible", "attempt_count": 4},
}


@pytest.fixture
def invoices(db: None) -> None:
    organization = factories.OrganizationFactory()
    for label, fields in INVOICES.items():
        factories.InvoiceFactory(organization=organization, metadata={"label": label}, **fields)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open", {"open", "tried", "due now", "due later"}),
        ("past-due", {"tried", "due now"}),
        ("draft", {"draft"}),
        ("paid", {"paid", "paid late"}),
        ("void", {"void"}),
        ("uncollectible", {"uncollectible", "given up"}),
        ("all", set(INVOICES)),
    ],
)
def test_invoices(invoices: None, code: str, expected: set[str]) -> None:
    assert shown(Invoice, code) == expected


def test_what_the_view_calls_past_due_has_that_word(invoices: None) -> None:
    by_word = {row.metadata["label"] for row in Invoice.objects.all() if row.is_past_due(at=NOW)}
    assert shown(Invoice, "past-due") == by_word


PAYMENTS: dict[str, dict[str, object]] = {
    "succeeded": {},
    "failed": {"status": "requires_payment_method", "failure_code": "expired_card"},
    "failed yesterday": {"status": "requires_payment_method", "failure_code": "x", "created_at": NOW - DAY},
    "failed before": {"status": "requires_payment_method", "failure_code": "x", "created_at": NOW - DAY - HOUR},
    "not tried": {"status": "requires_payment_method"},
    "action": {"status": "requires_action"},
    "confirmation": {"status": "requires_confirmation"},
    "succeeded late": {"status": "succeeded", "failure_code": "expired_card"},
    "in cash": {"stripe_id": None},
    "refunded": {},
    "disputed": {},
}


@pytest.fixture
def payments(db: None) -> None:
    organization = factories.OrganizationFactory()
    for label, fields in PAYMENTS.items():
        usual = {"created_at": NOW - HOUR, "metadata": {"label": label}}
        payment = factories.PaymentFactory(organization=organization, **{**usual, **fields})
        if payment.stripe_id:
            refunded = 100 if label == "refunded" else 0
            factories.PaymentAttemptFactory(payment=payment, amount_refunded=refunded, disputed=label == "disputed")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("all", set(PAYMENTS)),
        ("failed", {"failed", "failed yesterday"}),
        ("needs-customer", {"action", "confirmation"}),
        ("offline", {"in cash"}),
        ("refunded", {"refunded"}),
        ("disputed", {"disputed"}),
    ],
)
def test_payments(payments: None, code: str, expected: set[str]) -> None:
    assert shown(Payment, code) == expected


ORGANIZATIONS: dict[str, list[dict[str, object]]] = {
    "no subscription": [],
    "paying": [{"status": "active"}],
    "twice": [{"status": "active"}, {"status": "active"}],
    "on trial": [{"status": "trialing"}],
    "past due": [{"status": "past_due"}],
    "unpaid": [{"status": "unpaid"}],
    "cancelling": [{"status": "active", "cancel_at_period_end": True}],
    "cancelled at its end": [{"status": "canceled", "cancel_at_period_end": True}],
    "ended": [{"status": "canceled"}, {"status": "incomplete_expired"}],
    "came back": [{"status": "canceled"}, {"status": "active"}],
    "incomplete": [{"status": "incomplete"}],
}


@pytest.fixture
def organizations(db: None) -> None:
    for name, subscriptions in ORGANIZATIONS.items():
        organization = factories.OrganizationFactory(name=name)
        for fields in subscriptions:
            factories.SubscriptionFactory(organization=organization, **fields)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("all", set(ORGANIZATIONS)),
        ("paying", {"paying", "twice", "cancelling", "came back"}),
        ("trial", {"on trial"}),
        ("past-due", {"past due", "unpaid"}),
        ("cancelling", {"cancelling"}),
        ("none", {"no subscription", "ended", "cancelled at its end"}),
    ],
)
def test_organizations(organizations: None, code: str, expected: set[str]) -> None:
    assert shown(Organization, code) == expected


def test_an_organization_with_two_of_a_kind_is_one_row(organizations: None) -> None:
    chip = next(each for each in page_for(Organization).chips if each.code == "paying")
    assert [row.name for row in chip.narrow(Organization.objects.all(), READER)].count("twice") == 1


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("dead", EventStatus.DEAD),
        ("retrying", EventStatus.FAILED),
        ("waiting", EventStatus.RECEIVED),
        ("processing", EventStatus.PROCESSING),
        ("quarantined", EventStatus.QUARANTINED),
        ("ignored", EventStatus.IGNORED),
        ("processed", EventStatus.PROCESSED),
    ],
)
def test_events(db: None, code: str, status: EventStatus) -> None:
    for each in EventStatus:
        WebhookEvent.objects.create(stripe_event_id=each.value, status=each, stripe_created_at=NOW, payload="{}")
    assert shown(WebhookEvent, code) == {status.value}
    assert shown(WebhookEvent, "all") == {each.value for each in EventStatus}


@pytest.mark.parametrize("status", CommandStatus)
def test_commands(db: None, status: CommandStatus) -> None:
    for each in CommandStatus:
        StripeCommand.objects.create(
            public_id=f"cmd_{each}",
            operation=each,
            idempotency_key=each,
            status=each,
            actor_kind="system",
            actor_id="s",
        )
    assert shown(StripeCommand, status.value) == {f"{status} cmd_{status}"}
    assert len(shown(StripeCommand, "all")) == len(CommandStatus)


def test_staff(db: None) -> None:
    User.objects.create(email="here@example.com", is_staff=True)
    User.objects.create(email="gone@example.com", is_staff=True, is_active=False)
    assert shown(User, "active") == {"here@example.com"}
    assert shown(User, "inactive") == {"gone@example.com"}


def test_every_status_of_an_event_and_a_command_has_its_view(db: None) -> None:
    assert len(page_for(WebhookEvent).chips) == len(EventStatus) + 1
    assert {chip.code for chip in page_for(StripeCommand).chips} == {"all", *CommandStatus.values}


@pytest.mark.parametrize("page", admin.site._registry.values(), ids=lambda page: page.opts.label_lower)
def test_views_and_filters_have_codes_of_their_own(page: Any) -> None:
    codes = [chip.code for chip in page.chips]
    assert len(codes) == len(set(codes))
    names = [each.code for each in page.filters]
    assert len(names) == len(set(names))
    assert not {"view", "q", "at"} & set(names)


@pytest.mark.parametrize("page", admin.site._registry.values(), ids=lambda page: page.opts.label_lower)
def test_every_order_ends_with_what_is_unique(page: Any) -> None:
    for order in (page.order, *(chip.order for chip in page.chips if chip.order)):
        assert page.model._meta.get_field(order[-1].lstrip("-")).unique
