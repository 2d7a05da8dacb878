"""The accessors against whole objects of the pinned version: a signup, an upgrade in its middle, and a decline."""

import pytest

from billing.gateway import fields, objects
from billing.gateway.client import Json
from tests.sandbox.scenes import DAY, START, Account, items_of, period_of


def newest(account: Account, path: str, **filters: str) -> Json:
    return next(objects.pages(path, **filters))


def test_a_signup(account: Account) -> None:
    price = account.price(2900)
    made = account.subscribe(price)
    subscription = objects.fetch("subscription", made.id)
    invoice = newest(account, "/v1/invoices")
    (line,) = fields.rows(invoice["lines"])
    assert fields.customer_of(subscription) == fields.customer_of(invoice) == made.customer
    assert fields.subscription_period(subscription) == period_of(made)
    assert fields.moment(period_of(made)[0]) == fields.required_moment(START)
    assert [one["id"] for one in fields.subscription_items(subscription)] == [items_of(made)[0].id]
    assert fields.invoice_subscription(invoice) == made.id
    assert (fields.line_price(line), fields.line_unit_amount(line)) == (price.id, "2900")
    assert (fields.line_subscription_item(line), fields.line_is_proration(line)) == (items_of(made)[0].id, False)
    assert (fields.invoice_tax(invoice), fields.invoice_discount(invoice)) == (0, 0)
    assert (fields.line_tax(line), fields.line_discount(line)) == (0, 0)


def test_who_paid_an_invoice(account: Account) -> None:
    account.subscribe()
    charge = newest(account, "/v1/charges")
    payment = newest(account, "/v1/invoice_payments")
    assert fields.invoice_payment_target(payment) == (charge["payment_intent"], "")
    assert fields.card_of(charge["payment_method_details"])["last4"] == "4242"
    assert fields.payment_failure(newest(account, "/v1/payment_intents")) == ("", "")


def test_an_upgrade_in_the_middle_of_a_month_is_a_proration(account: Account) -> None:
    made = account.subscribe(account.price(2900))
    account.advance(10 * DAY)
    change = {"id": items_of(made)[0].id, "price": account.price(7900).id}
    account.v1.subscriptions.update(made.id, {"items": [change], "proration_behavior": "always_invoice"})
    lines = fields.rows(newest(account, "/v1/invoices")["lines"])
    assert len(lines) == 2
    assert all(fields.line_is_proration(line) for line in lines)
    assert {fields.line_subscription_item(line) for line in lines} == {items_of(made)[0].id}


@pytest.mark.parametrize(
    ("card", "code"),
    [("pm_card_chargeCustomerFail", "generic_decline"), ("pm_card_sandbox_insufficientFunds", "insufficient_funds")],
)
def test_a_decline_says_why(account: Account, card: str, code: str) -> None:
    account.subscribe(card=card, payment_behavior="allow_incomplete")
    why, message = fields.payment_failure(newest(account, "/v1/payment_intents"))
    assert why == code
    assert message.endswith(".")
