"""`cancel_at`, `cancel_at_period_end` and canceling at once: what is credited, invoiced, dropped or taken back."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of, period_of

HOUR = 3600


def test_a_date_in_this_period_ends_it_there_and_credits_the_rest(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    start, end = period_of(subscription)
    asked = account.v1.subscriptions.update(subscription.id, {"cancel_at": start + 11 * DAY})
    assert (asked.status, asked.cancel_at, period_of(asked)[1]) == ("active", start + 11 * DAY, start + 11 * DAY)
    assert asked.cancellation_details.reason == "cancellation_requested"
    waiting = account.v1.invoice_items.list({"pending": True}).data
    assert [(item.amount, item.period.start, item.period.end) for item in waiting] == [(-2000, start + 11 * DAY, end)]
    account.advance_to(start + 11 * DAY + HOUR)
    ended = account.subscription(subscription)
    assert (ended.status, ended.ended_at) == ("canceled", start + 11 * DAY)
    last = account.invoices(subscription)[-1]
    assert (last.total, last.status, last.billing_reason) == (-2000, "paid", "subscription_cycle")
    assert account.v1.customers.retrieve(subscription.customer).balance == -2000


def test_taking_it_back_debits_the_rest_again(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    start, end = period_of(subscription)
    account.v1.subscriptions.update(subscription.id, {"cancel_at": start + 11 * DAY})
    back = account.v1.subscriptions.update(subscription.id, {"cancel_at": "", "proration_behavior": "always_invoice"})
    assert (back.cancel_at, back.canceled_at, period_of(back)) == (None, None, (start, end))
    assert back.cancellation_details.reason is None
    assert sorted(line.amount for line in account.invoices(back)[-1].lines.data) == [-2000, 2000]
    account.advance_to(end + HOUR)
    assert account.invoices(back)[-1].amount_paid == 3100


@pytest.mark.parametrize("mode", ["flexible", "classic"])
def test_a_date_in_a_later_period_prorates_that_one(account: Account, mode: str) -> None:
    subscription = account.subscribe(account.price(2900), billing_mode={"type": mode})
    second = period_of(subscription)[1]  # 15 February to 15 March: 29 days
    account.v1.subscriptions.update(subscription.id, {"cancel_at": second + 10 * DAY, "proration_behavior": "none"})
    account.advance_to(second + HOUR)
    assert period_of(account.subscription(subscription)) == (second, second + 10 * DAY)
    assert account.invoices(subscription)[-1].amount_paid == 1000
    account.advance(10 * DAY)
    assert account.subscription(subscription).status == "canceled"
    assert len(account.invoices(subscription)) == 2


def test_without_prorations_the_rest_is_lost(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    moment = account.now + 11 * DAY
    account.v1.subscriptions.update(subscription.id, {"cancel_at": moment, "proration_behavior": "none"})
    assert account.v1.invoice_items.list({"pending": True}).data == []
    account.advance_to(moment)
    assert account.subscription(subscription).status == "canceled"
    assert len(account.invoices(subscription)) == 1


def test_a_new_subscription_can_have_its_end(account: Account) -> None:
    subscription = account.subscribe(account.price(3100), cancel_at=account.now + 10 * DAY)
    assert account.invoices(subscription)[0].amount_paid == 1000
    account.advance(10 * DAY)
    assert account.subscription(subscription).status == "canceled"


def test_period_ends_are_named_for_several_intervals(account: Account) -> None:
    items = account.price(1500), account.price(36_600, "year")
    subscription = account.subscribe(*items)
    month, year = (item.current_period_end for item in items_of(subscription))
    for given, moment in (({"cancel_at": "min_period_end"}, month), ({"cancel_at": "max_period_end"}, year)):
        asked = account.v1.subscriptions.update(subscription.id, given)
        assert (asked.cancel_at, asked.cancel_at_period_end) == (moment, False)
    asked = account.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (asked.cancel_at, asked.cancel_at_period_end) == (month, True)
    account.advance_to(month)
    assert account.subscription(subscription).ended_at == month


def test_what_waits_is_invoiced_at_the_end_of_the_period(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    account.advance(10 * DAY)
    account.v1.subscriptions.update(
        subscription.id, {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}], "cancel_at_period_end": True}
    )
    end = account.advance_to(period_of(subscription)[1])
    last = account.invoices(subscription)[-1]
    assert (account.subscription(subscription).status, last.status, last.total) == ("canceled", "draft", 2100)
    account.advance_to(end + HOUR)
    assert account.v1.invoices.retrieve(last.id).amount_paid == 2100


def test_a_cancellation_at_once_drops_prorations_but_no_other_items(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    account.advance(10 * DAY)
    account.v1.subscriptions.update(subscription.id, {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}]})
    account.v1.invoice_items.create(
        {"customer": subscription.customer, "subscription": subscription.id, "amount": 700, "currency": "usd"}
    )
    account.v1.subscriptions.cancel(subscription.id)
    waiting = account.v1.invoice_items.list({"customer": subscription.customer, "pending": True}).data
    assert [item.amount for item in waiting] == [700]
    other = account.subscribe(account.price(1000), customer=subscription.customer)
    assert account.invoices(other)[0].total == 1700


def test_credits_of_a_cancellation_wait_for_the_next_invoice_of_the_customer(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    account.advance(10 * DAY)
    account.v1.subscriptions.cancel(subscription.id, {"prorate": True})
    assert len(account.invoices(subscription)) == 1
    other = account.subscribe(account.price(5000), customer=subscription.customer)
    assert account.invoices(other)[0].total == 5000 - 2100


def test_the_end_of_an_unpaid_first_invoice(account: Account) -> None:
    subscription = account.subscribe(payment_behavior="default_incomplete")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.subscriptions.update(
            subscription.id, {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}]}
        )
    assert refused.value.param == "items"
    account.v1.subscriptions.update(subscription.id, {"metadata": {"a": "b"}})
    account.v1.invoices.void_invoice(subscription.latest_invoice)
    assert account.subscription(subscription).status == "incomplete_expired"
