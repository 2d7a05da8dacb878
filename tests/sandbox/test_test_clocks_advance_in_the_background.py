"""Advancing answers at once, goes on in the background, refuses changes meanwhile, and has Stripe's limits."""

import pytest
import stripe

from tests.sandbox.clocks import advance, arrived, customer_on, new_clock
from tests.sandbox.scenes import DAY, START, Account


def clocks(account: Account) -> stripe.test_helpers.TestClockService:
    return account.v1.test_helpers.test_clocks


def test_it_is_advancing_first_and_ready_in_the_end(account: Account) -> None:
    clock = new_clock(account)
    subscription = account.subscribe(customer=customer_on(account, clock).id)
    going = clocks(account).advance(clock.id, {"frozen_time": START + 45 * DAY})
    assert going.status == "advancing"
    assert going.status_details.to_dict() == {"advancing": {"target_frozen_time": START + 45 * DAY}}
    there = arrived(account, clock)
    assert (there.status, there.frozen_time, there.status_details.to_dict()) == ("ready", START + 45 * DAY, {})
    assert [invoice.created for invoice in account.invoices(subscription)] == [START, START + 31 * DAY]
    assert account.invoices(subscription)[1].status_transitions.paid_at == START + 31 * DAY + 3600


def test_what_lives_on_an_advancing_clock_cannot_be_changed(account: Account) -> None:
    account.control("settings", {"test_clock_intervals": 0})
    clock = new_clock(account)
    customer = customer_on(account, clock)
    price = account.price(100, "day")
    subscriptions = [account.subscribe(price, customer=customer.id) for _ in range(3)]
    clocks(account).advance(clock.id, {"frozen_time": START + 300 * DAY})
    tries = (
        lambda: account.v1.customers.update(customer.id, {"name": "Later"}),
        lambda: account.v1.subscriptions.cancel(subscriptions[0].id),
        lambda: account.v1.invoice_items.create({"customer": customer.id, "amount": 5, "currency": "usd"}),
        lambda: clocks(account).advance(clock.id, {"frozen_time": START + 301 * DAY}),
        lambda: clocks(account).delete(clock.id),
        lambda: account.customer(None, test_clock=clock.id),
    )
    for attempt in tries:
        with pytest.raises(stripe.RateLimitError, match="Test clock advancement underway") as refused:
            attempt()
        assert refused.value.http_status == 429
    assert account.v1.customers.retrieve(customer.id).name is None
    assert account.customer(None).test_clock is None
    assert arrived(account, clock).status == "ready"
    assert len(account.invoices(subscriptions[2])) == 301


@pytest.mark.parametrize("to", [START, START - 1])
def test_it_only_goes_forward(account: Account, to: int) -> None:
    clock = new_clock(account)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        clocks(account).advance(clock.id, {"frozen_time": to})
    assert refused.value.param == "frozen_time"


def test_it_goes_at_most_two_intervals_of_its_shortest_subscription(account: Account) -> None:
    clock = new_clock(account)
    customer = customer_on(account, clock)
    account.subscribe(account.price(9000, "year"), customer=customer.id)
    account.subscribe(account.price(900, "week"), customer=customer.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        clocks(account).advance(clock.id, {"frozen_time": START + 14 * DAY + 1})
    assert refused.value.param == "frozen_time"
    assert advance(account, clock, START + 14 * DAY).status == "ready"


def test_without_subscriptions_it_goes_at_most_two_years(account: Account) -> None:
    clock, two_years = new_clock(account), 731 * DAY
    with pytest.raises(stripe.InvalidRequestError):
        clocks(account).advance(clock.id, {"frozen_time": START + two_years + 1})
    assert advance(account, clock, START + two_years).frozen_time == START + two_years


def test_a_clock_has_three_customers_of_three_subscriptions(account: Account) -> None:
    clock, price = new_clock(account), account.price()
    first, *_ = [customer_on(account, clock) for _ in range(3)]
    with pytest.raises(stripe.InvalidRequestError, match="at most 3 customers"):
        customer_on(account, clock)
    running = [account.subscribe(price, customer=first.id) for _ in range(3)]
    with pytest.raises(stripe.InvalidRequestError, match="at most 3 subscriptions"):
        account.subscribe(price, customer=first.id)
    account.v1.subscriptions.cancel(running[0].id)
    account.subscribe(price, customer=first.id)
    account.control("settings", {"test_clock_customers": 4, "test_clock_subscriptions": 0})
    customer_on(account, clock)
    account.subscribe(price, customer=first.id)


def test_deleting_a_clock_removes_its_customers_with_everything(account: Account) -> None:
    clock = new_clock(account)
    subscription = account.subscribe(customer=customer_on(account, clock).id)
    plain = account.subscribe()
    assert clocks(account).delete(clock.id).deleted
    left = {entry["id"] for entry in account.dump() if entry["object"] != "event"}
    assert {plain.id, plain.customer, plain.latest_invoice} <= left
    assert not {clock.id, subscription.id, subscription.latest_invoice} & left
    assert account.v1.customers.retrieve(subscription.customer).deleted
    for gone in (lambda: account.subscription(subscription), lambda: clocks(account).retrieve(clock.id)):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            gone()
        assert refused.value.code == "resource_missing"
    types = account.event_types()
    assert types[-3:] == ["payment_method.detached", "customer.deleted", "test_helpers.test_clock.deleted"]
    account.advance(40 * DAY)
    assert len(account.invoices(plain)) == 2


def test_a_clock_deletes_itself_after_thirty_days_and_its_events_thirty_later(account: Account) -> None:
    clock = new_clock(account)
    customer_on(account, clock)
    account.advance(30 * DAY - 1)
    assert clocks(account).retrieve(clock.id).deletes_after == account.now + 1
    account.advance(1)
    assert clocks(account).list().data == []
    assert account.event_types(type="test_helpers.test_clock.deleted") != []
    account.advance(30 * DAY)
    assert account.event_types(type="test_helpers.*") == []
