"""Small questions that pages and services ask of a row, and the name by which people know it."""

from datetime import timedelta
from typing import Any

import pytest

from billing import models
from billing.domain.states import InvoiceStatus, SubscriptionStatus
from tests import factories
from tests.factories import START

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("status", SubscriptionStatus)
@pytest.mark.parametrize(
    ("trial_end", "runs"), [(None, True), (START + SECOND, True), (START, False), (START - SECOND, False)]
)
def test_a_trial_runs_up_to_its_end(status: str, trial_end: Any, runs: bool) -> None:
    subscription = models.Subscription(status=status, trial_end=trial_end)
    assert subscription.in_trial(at=START) == (status == "trialing" and runs)


@pytest.mark.parametrize(
    ("attempts", "due_at", "late"),
    [
        (0, None, False),
        (1, None, True),
        (0, START + SECOND, False),
        (0, START, True),
        (0, START - SECOND, True),
        (1, START + SECOND, True),
    ],
)
@pytest.mark.parametrize("status", InvoiceStatus)
def test_an_open_invoice_is_past_due_after_a_try_or_its_date(
    status: str, attempts: int, due_at: Any, late: bool
) -> None:
    invoice = models.Invoice(status=status, attempt_count=attempts, due_at=due_at)
    assert invoice.is_past_due(at=START) == (status == "open" and late)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (models.Organization(name="Acme", email="a@example.com"), "Acme"),
        (models.Organization(email="a@example.com"), "a@example.com"),
        (models.Organization(public_id="org_1"), "org_1"),
        (models.Invoice(number="A-1", stripe_id="in_1"), "A-1"),
        (models.Invoice(stripe_id="in_1"), "in_1"),
        (models.InvoiceLine(description="1 × Plan", stripe_id="il_1"), "1 × Plan"),
        (models.InvoiceLine(stripe_id="il_1"), "il_1"),
        (models.Payment(stripe_id="pi_1", public_id="pay_1"), "pi_1"),
        (models.Payment(public_id="pay_1"), "pay_1"),
        (models.Price(nickname="Monthly", stripe_id="price_1"), "Monthly"),
        (models.Price(stripe_id="price_1"), "price_1"),
        (models.Subscription(stripe_id="sub_1"), "sub_1"),
        (models.SubscriptionItem(stripe_id="si_1"), "si_1"),
        (models.SubscriptionChange(subscription_id="sub_1", cause="items"), "sub_1 items"),
        (models.StripeCommand(operation="prices.create", public_id="cmd_1"), "prices.create cmd_1"),
        (models.IdempotencyRecord(scope="org_1", key="k"), "org_1 k"),
        (models.WebhookEvent(stripe_event_id="evt_1"), "evt_1"),
        (models.StripeObject(stripe_id="cus_1"), "cus_1"),
        (models.Plan(name="Premium"), "Premium"),
        (models.Feature(name="Seats"), "Seats"),
        (models.User(email="a@example.com"), "a@example.com"),
        (models.ApiKey(name="Shop", live=True, last_four="wxyz"), "Shop (ch_live_…wxyz)"),
        (models.ApiKey(name="Shop", live=False, last_four="wxyz"), "Shop (ch_test_…wxyz)"),
    ],
)
def test_it_is_called_what_people_know_it_by(row: Any, name: str) -> None:
    assert str(row) == name


@pytest.mark.django_db
@pytest.mark.parametrize("parent", ["invoice", "subscription"])
def test_parts_are_listed_in_stripes_order(parent: str) -> None:
    if parent == "invoice":
        whole: Any = factories.InvoiceFactory()
        made = [factories.InvoiceLineFactory(invoice=whole, position=place) for place in (2, 0, 1)]
        listed = list(whole.lines.all())
    else:
        whole = factories.SubscriptionFactory()
        made = [factories.SubscriptionItemFactory(subscription=whole, position=place) for place in (2, 0, 1)]
        listed = list(whole.items.all())
    assert listed == [made[1], made[2], made[0]]
