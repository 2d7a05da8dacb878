"""Usage of a period that ends early, or at a price that changes, with exact numbers."""

import pytest
import stripe

from tests.sandbox.metered import Usage, lines_of
from tests.sandbox.scenes import DAY, START, Account, items_of, period_of

HOUR = 3600


@pytest.fixture
def usage(account: Account) -> Usage:
    return Usage(account)


def switch(
    account: Account, subscription: stripe.Subscription, price: stripe.Price, **fields: object
) -> stripe.Subscription:
    changed = {"items": [{"id": items_of(subscription)[0].id, "price": price.id}], **fields}
    return account.v1.subscriptions.update(subscription.id, changed)  # type: ignore[arg-type]


def per_hundred(usage: Usage, amount: int) -> stripe.Price:
    return usage.price(None, unit_amount=amount, transform_quantity={"divide_by": 100, "round": "up"})


def test_flexible_billing_bills_usage_at_the_price_of_its_time(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(per_hundred(usage, 10))
    usage.calls(1000)
    account.advance(14 * DAY)
    switch(account, subscription, per_hundred(usage, 15))
    waiting = account.v1.invoice_items.list({"customer": usage.customer, "pending": True}).data
    assert [(item.amount, item.quantity, item.proration) for item in waiting] == [(100, 1000, False)]
    assert (waiting[0].period.start, waiting[0].period.end) == (START, START + 14 * DAY)
    usage.calls(500)
    account.advance(18 * DAY)
    renewal = account.invoices(subscription)[-1]
    assert lines_of(renewal) == [
        ("1000 × Calls (at $0.10 per 100 units / month)", 1000, 100),
        ("500 × Calls (at $0.15 per 100 units / month)", 500, 75),
    ]
    assert renewal.lines.data[1].period.start == START + 14 * DAY


def test_classic_billing_bills_only_what_was_used_at_the_present_price(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(per_hundred(usage, 10), billing_mode={"type": "classic"})
    usage.calls(1000)
    account.advance(14 * DAY)
    switch(account, subscription, per_hundred(usage, 15))
    usage.calls(500)
    account.advance(18 * DAY)
    assert usage.billed(subscription) == [("500 × Calls (at $0.15 per 100 units / month)", 500, 75)]


def test_without_prorations_usage_of_the_old_price_is_not_billed(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(usage.price(4))
    usage.calls(10)
    account.advance(1)
    switch(account, subscription, usage.price(5), proration_behavior="none")
    account.advance(32 * DAY)
    assert usage.billed(subscription) == [("0 × Calls (at $0.05 / month)", 0, 0)]


def test_a_removed_item_is_billed_at_once_where_that_is_asked_for(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(account.price(2900), usage.price(4))
    usage.calls(10)
    account.advance(DAY)
    gone = {"id": items_of(subscription)[1].id, "deleted": True, "clear_usage": True}
    account.v1.subscriptions.update(subscription.id, {"items": [gone], "proration_behavior": "always_invoice"})
    assert usage.billed(subscription) == [("10 × Calls (at $0.04 / month)", 10, 40)]
    account.advance(32 * DAY)
    assert usage.billed(subscription) == [("1 × Starter (at $29.00 / month)", 1, 2900)]


def test_an_item_that_comes_later_counts_from_then(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(account.price(2900))
    usage.calls(10)
    account.advance(DAY)
    account.v1.subscription_items.create({"subscription": subscription.id, "price": usage.price(4).id})
    usage.calls(3)
    account.advance(32 * DAY)
    assert usage.billed(subscription)[1] == ("3 × Calls (at $0.04 / month)", 3, 12)


def test_a_new_anchor_bills_what_was_used_until_then(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(usage.price(4))
    usage.calls(10)
    account.advance(5 * DAY)
    account.v1.subscriptions.update(subscription.id, {"billing_cycle_anchor": "now"})
    assert usage.billed(subscription) == [("10 × Calls (at $0.04 / month)", 10, 40)]
    usage.calls(1)
    account.advance(32 * DAY)
    assert usage.billed(subscription) == [("1 × Calls (at $0.04 / month)", 1, 4)]


def test_canceling_at_once_forgets_usage_unless_it_is_invoiced_now(account: Account, usage: Usage) -> None:
    first, second = usage.subscribe(account.price(2900), usage.price(4)), usage.subscribe(usage.price(5))
    usage.calls(10)
    account.advance(DAY)
    account.v1.subscriptions.cancel(first.id)
    assert len(account.invoices(first)) == 1
    account.v1.subscriptions.cancel(second.id, {"invoice_now": True})
    assert usage.billed(second) == [("10 × Calls (at $0.05 / month)", 10, 50)]
    assert account.invoices(second)[-1].status == "paid"


def test_canceling_as_planned_bills_the_last_period(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(account.price(2900), usage.price(4), cancel_at_period_end=True)
    end = period_of(subscription)[1]
    usage.calls(10)
    preview = account.v1.invoices.create_preview({"subscription": subscription.id})
    assert lines_of(preview) == [("10 × Calls (at $0.04 / month)", 10, 40)]
    account.advance_to(end)
    assert account.subscription(subscription).status == "canceled"
    usage.calls(2, end - 5)
    account.advance(2 * HOUR)
    last = account.invoices(subscription)[-1]
    assert (last.status, last.billing_reason, lines_of(last)) == (
        "paid",
        "subscription_cycle",
        [("12 × Calls (at $0.04 / month)", 12, 48)],
    )
    assert account.subscription(subscription).latest_invoice == last.id
