"""Time: anchors that do not drift, work in the order of its moments, a clock that only moves forward."""

import time
import urllib.error
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import DAY, Account, period_of


def unix(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_monthly_periods_return_to_their_day(account: Account, day: int) -> None:
    account.advance_to(unix(2024, 1, day, 8, 30))
    account.control("settings", {"upcoming_days": 0})
    subscription = account.subscribe()
    for month in range(1, 49):
        end = datetime.fromtimestamp(period_of(account.subscription(subscription))[1], UTC)
        year, index = divmod(month, 12)
        lengths = [31, 29 if (2024 + year) % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        assert (end.year, end.month, end.day) == (2024 + year, index + 1, min(day, lengths[index]))
        assert (end.hour, end.minute) == (8, 30)
        account.advance_to(int(end.timestamp()))


def test_a_yearly_period_from_29_february_comes_back_to_it(account: Account) -> None:
    account.advance_to(unix(2024, 2, 29))
    subscription = account.subscribe(account.price(9900, "year"))
    ends = []
    for _ in range(4):
        end = period_of(account.subscription(subscription))[1]
        ends.append(datetime.fromtimestamp(end, UTC).date().isoformat())
        account.advance_to(end)
    assert ends == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


@pytest.mark.parametrize(
    ("interval", "count", "days"), [("day", 1, 1), ("day", 10, 10), ("week", 1, 7), ("week", 2, 14)]
)
def test_days_and_weeks_are_of_equal_length(account: Account, interval: str, count: int, days: int) -> None:
    subscription = account.subscribe(account.price(500, interval, interval_count=count))
    start, end = period_of(subscription)
    assert end - start == days * DAY
    account.advance(days * DAY)
    assert period_of(account.subscription(subscription)) == (end, end + days * DAY)


def test_a_later_anchor_makes_a_prorated_first_period(account: Account) -> None:
    account.advance_to(unix(2024, 4, 11))
    anchor = unix(2024, 5, 1)
    subscription = account.subscribe(account.price(3000), billing_cycle_anchor=anchor)
    assert period_of(subscription) == (unix(2024, 4, 11), anchor)
    assert account.invoices(subscription)[0].amount_paid == 2000
    account.advance_to(anchor + 3600)
    assert account.invoices(subscription)[-1].amount_paid == 3000
    assert period_of(account.subscription(subscription)) == (anchor, unix(2024, 6, 1))


def test_events_come_in_the_order_of_the_clock(account: Account) -> None:
    price = account.price()
    for _ in range(5):
        account.subscribe(price)
        account.advance(7 * 3600 + 11)
    account.advance(60 * DAY)
    moments = [entry["created"] for entry in account.dump() if entry["object"] == "event"]
    assert moments == sorted(moments)
    assert len(set(moments)) > 20


def test_the_clock_never_goes_back(account: Account) -> None:
    with pytest.raises(urllib.error.HTTPError):
        account.control("clock", {"now": account.now - 1})


def test_following_the_wall_first_catches_up(account: Account) -> None:
    subscription = account.subscribe(account.price(900, "year"))
    account.control("clock", {"follow_wall": True})
    assert account.control("clock")["following_wall"]
    assert abs(account.now - time.time()) < 5
    assert period_of(account.subscription(subscription))[1] > time.time()


def test_due_work_is_done_while_following_the_wall(account: Account) -> None:
    subscription = account.subscribe(trial_end=account.now + 3 * DAY)
    account.advance(3 * DAY - 1)
    account.control("clock", {"follow_wall": False})
    account.control("settings", {"finalize_after": 0})
    account.advance(1)
    assert account.subscription(subscription).status == "active"


def test_state_and_clock_survive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with running_sandbox(state, clock=unix(2024, 1, 31)) as url:
        first = Account.at(url)
        subscription = first.subscribe()
        first.advance(DAY)
        digest = first.control("digest")
    with running_sandbox(state) as url:
        again = Account.at(url)
        assert again.control("digest") == digest
        assert again.now == unix(2024, 2, 1)
        again.advance_to(unix(2024, 3, 1))
        assert len(again.invoices(subscription)) == 2


def test_the_same_requests_give_the_same_dump() -> None:
    digests = []
    for _ in range(2):
        with running_sandbox(clock=unix(2024, 1, 31), seed="twin") as url:
            account = Account.at(url)
            price = account.v1.products.create({"name": "A"}, {"idempotency_key": "a"})
            customer = account.v1.customers.create({"payment_method": "pm_card_visa"}, {"idempotency_key": "b"})
            data = {"currency": "usd", "unit_amount": 100, "recurring": {"interval": "month"}, "product": price.id}
            made = account.v1.prices.create(data, {"idempotency_key": "c"})
            method = account.v1.payment_methods.list({"customer": customer.id}).data[0].id
            account.v1.subscriptions.create(
                {"customer": customer.id, "default_payment_method": method, "items": [{"price": made.id}]},
                {"idempotency_key": "d"},
            )
            account.advance(200 * DAY)
            digests.append(account.control("digest"))
    assert digests[0] == digests[1]
    assert digests[0]["counts"]["invoice"] == 7
