"""Row F11: a year of a customer's life told in any order, in pieces and partly twice, ends in the same rows, facts and
wishes of the mirror.

ORDERS_OF_A_YEAR=200 is the long form.
"""

import os
import random
from typing import Any

import pytest

from tests.inbox.companies import Company
from tests.inbox.orders import Outcome, differences, in_one_transaction, outcome_of, pieces  # noqa: F401 - a fixture
from tests.stripe_events import ask_sandbox

ORDERS = int(os.environ.get("ORDERS_OF_A_YEAR", "20"))
LARGEST_PIECE = 80
STEP = 5
"""Days between two looks at Stripe's list, which ends after 30."""


@pytest.fixture
def year(stripe_client: Any, sandbox: str) -> list[dict[str, Any]]:
    """Everything that Stripe told of a customer who came, moved up, could not pay, paid again, got something back,
    and left."""
    company = Company(stripe_client, sandbox, customers=1)
    told = company.news()
    v1, (subscription,) = company.v1, company.subscriptions

    def live(days: int) -> None:
        for _ in range(days // STEP):
            told.extend(company.live(STEP))

    live(90)
    item = v1.subscriptions.retrieve(subscription.id)["items"].data[0].id
    v1.subscriptions.update(subscription.id, {"items": [{"id": item, "price": company.prices[2]}]})
    live(60)
    failing = v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": subscription.customer})
    v1.subscriptions.update(subscription.id, {"default_payment_method": failing.id})
    live(5)
    assert v1.subscriptions.retrieve(subscription.id).status == "past_due"
    good = v1.payment_methods.attach("pm_card_mastercard", {"customer": subscription.customer})
    v1.subscriptions.update(subscription.id, {"default_payment_method": good.id})
    v1.invoices.pay(v1.invoices.list({"customer": subscription.customer, "status": "open"}).data[0].id)
    v1.payment_methods.detach(failing.id)
    live(65)
    charge = next(one for one in v1.charges.list({"customer": subscription.customer}).data if one.paid)
    v1.refunds.create({"charge": charge.id, "amount": 900})
    v1.customers.update(subscription.customer, {"name": "Renamed", "metadata": {"tier": "gold"}})
    live(100)
    v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    live(45)
    assert ask_sandbox(sandbox, f"/v1/subscriptions/{subscription.id}")["status"] == "canceled"
    return told


@pytest.mark.django_db
@pytest.mark.usefixtures("in_one_transaction")
@pytest.mark.timeout(900)
def test_each_order_ends_alike(year: list[dict[str, Any]]) -> None:
    expected = what_counts(outcome_of([[event] for event in year]))
    assert len(expected["SubscriptionChange"]) == sum(is_a_fact(event) for event in year)
    assert len(year) > 150
    for seed in range(ORDERS):
        dice = random.Random(seed)
        told = year + dice.sample(year, len(year) // 3)
        dice.shuffle(told)
        found = what_counts(outcome_of(list(pieces(told, dice, at_most=LARGEST_PIECE))))
        assert differences(expected, found) == [], f"seed {seed}"


def what_counts(found: Outcome) -> Outcome:
    """All but the notes beside a snapshot of how its order was settled: they hang on whether Stripe was asked."""
    return {name: rows for name, rows in found.items() if name != "StripeObject"}


def is_a_fact(event: dict[str, Any]) -> bool:
    return event["type"].startswith("customer.subscription.") and not event["type"].endswith("trial_will_end")
