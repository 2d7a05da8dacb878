"""Test clocks, and what lives on them."""

from tests.sandbox.clocks import advance, customer_on, new_clock
from tests.sandbox.scenes import DAY, START, Account

ALWAYS = {
    "test_helpers.test_clock": "name deletes_after frozen_time status status_details",
    "customer": "test_clock",
    "subscription": "test_clock",
    "invoice": "test_clock",
    "invoiceitem": "test_clock",
}


def live(account: Account) -> None:
    clock = new_clock(account, START - 90 * DAY, name="Renewals")
    customer = customer_on(account, clock)
    price = account.price()
    account.subscribe(price, customer=customer.id)
    account.v1.invoice_items.create({"customer": customer.id, "amount": 500, "currency": "usd"})
    advance(account, clock, START - 50 * DAY)
    other = new_clock(account)
    customer_on(account, other)
    account.v1.test_helpers.test_clocks.delete(other.id)
