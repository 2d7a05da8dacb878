"""A small form of the benchmark, with limits that even a busy machine keeps: speed and long lists."""

import time
from collections.abc import Callable

from tests.sandbox.scenes import DAY, Account


def seconds_of(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_a_year_of_renewals_takes_seconds(account: Account) -> None:
    price = account.price()
    for _ in range(15):
        account.subscribe(price)
    assert seconds_of(lambda: account.advance(366 * DAY)) < 40
    assert account.control("digest")["counts"]["invoice"] == 15 * 13


def test_simple_requests_are_answered_in_milliseconds(account: Account) -> None:
    """Two hundred a second are asked of an idle machine; the SDK's own time is in this."""
    customer = account.customer(None).id
    assert seconds_of(lambda: [account.v1.customers.retrieve(customer) for _ in range(100)]) < 10
    assert seconds_of(lambda: [account.customer(None) for _ in range(100)]) < 10


def test_long_lists_are_read_in_pages_each_as_fast_as_the_first(account: Account) -> None:
    for number in range(450):
        account.customer(None, email=f"{number % 3}@example.com")
    everyone = list(account.v1.customers.list({"limit": 100}).auto_paging_iter())
    assert len({customer.id for customer in everyone}) == 450
    third = list(account.v1.customers.list({"limit": 50, "email": "1@example.com"}).auto_paging_iter())
    assert len(third) == 150


def test_pages_meet_each_object_once_forwards_and_backwards(account: Account) -> None:
    """Many are of the same second, some of others; two prices share the subscriptions."""
    price, other = account.price(), account.price()
    for number in range(45):
        account.subscribe(price if number % 3 else other)
        if number % 10 == 0:
            account.advance(60)
    for filters in ({}, {"price": price.id}, {"price": other.id, "status": "active"}):
        whole = [each.id for each in account.v1.subscriptions.list({**filters, "limit": 100})]
        assert len(whole) == len(set(whole)) == (45 if not filters else 30 if filters["price"] == price.id else 15)
        paged = [each.id for each in account.v1.subscriptions.list({**filters, "limit": 4}).auto_paging_iter()]
        assert paged == whole
        last = {**filters, "limit": 4, "ending_before": whole[-1]}
        back = [each.id for each in account.v1.subscriptions.list(last).auto_paging_iter()]
        assert back == whole[:-1][::-1]
