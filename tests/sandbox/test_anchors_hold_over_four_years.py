"""48 months of periods: anchors on the 29th to 31st and on 29 February, trials, weeks over changes of the clocks."""

import calendar
import itertools
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, period_of


def unix(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


def boundaries(account: Account, subscription: stripe.Subscription, until: int) -> list[datetime]:
    """The ends of all periods up to a moment, read from the lines of the invoices; all are gapless."""
    account.advance_to(until)
    lines = [invoice.lines.data[0] for invoice in account.invoices(subscription)]
    assert all(line.period.start == before.period.end for before, line in itertools.pairwise(lines))
    return [datetime.fromtimestamp(line.period.end, UTC) for line in lines]


def expected(first: datetime, months: int, count: int) -> list[tuple[int, int, int]]:
    """The day of the anchor in each month, or the month's last."""
    found = []
    for step in range(1, count + 1):
        year, index = divmod(first.year * 12 + first.month - 1 + step * months, 12)
        found.append((year, index + 1, min(first.day, calendar.monthrange(year, index + 1)[1])))
    return found


@pytest.mark.parametrize("anchor", [(2024, 1, 29), (2024, 1, 30), (2024, 1, 31), (2024, 2, 29)])
@pytest.mark.parametrize(("interval", "count", "months"), [("month", 1, 1), ("month", 3, 3), ("year", 1, 12)])
@pytest.mark.parametrize("trial", [False, True], ids=["at once", "after a trial"])
def test_boundaries_never_drift(
    account: Account, anchor: tuple[int, int, int], interval: str, count: int, months: int, trial: bool
) -> None:
    account.control("settings", {"upcoming_days": 0})
    first = datetime(*anchor, 21, 59, 58, tzinfo=UTC)
    account.advance_to(int(first.timestamp()) - (11 * DAY if trial else 0))
    more: dict[str, Any] = {"trial_end": int(first.timestamp())} if trial else {}
    subscription = account.subscribe(account.price(900, interval, interval_count=count), **more)
    found = boundaries(account, subscription, int(first.replace(year=2028).timestamp()) + 3600)
    if trial:
        assert found.pop(0) == first
    assert {moment.time() for moment in found} == {first.time()}
    assert [(each.year, each.month, each.day) for each in found] == expected(first, months, 48 // months + 1)
    assert account.subscription(subscription).billing_cycle_anchor == int(first.timestamp())


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize(("interval", "length"), [("day", 1), ("week", 7)])
def test_days_and_weeks_do_not_move_with_summer_time(account: Account, zone: str, interval: str, length: int) -> None:
    account.advance_to(unix(2024, 2, 19, 1, 30))
    subscription = account.subscribe(account.price(100, interval))
    account.control("settings", {"upcoming_days": 0})
    found = boundaries(account, subscription, unix(2024, 4, 10))
    spans = {(after - before).total_seconds() for before, after in itertools.pairwise(found)}
    assert spans == {length * DAY}
    assert len({moment.astimezone(ZoneInfo(zone)).hour for moment in found}) == 2  # the wall's hour changes, not ours


def test_a_trial_that_is_made_longer_moves_the_anchor(account: Account) -> None:
    account.advance_to(unix(2024, 1, 20))
    subscription = account.subscribe(trial_end=unix(2024, 1, 29))
    account.advance_to(unix(2024, 1, 25))
    longer = account.v1.subscriptions.update(subscription.id, {"trial_end": unix(2024, 1, 31)})
    assert (longer.status, longer.billing_cycle_anchor) == ("trialing", unix(2024, 1, 31))
    assert period_of(longer) == (unix(2024, 1, 20), unix(2024, 1, 31))
    assert len(account.invoices(longer)) == 1
    account.advance_to(unix(2024, 1, 31))
    assert period_of(account.subscription(longer)) == (unix(2024, 1, 31), unix(2024, 2, 29))


def test_a_trial_of_a_running_subscription_gives_back_what_is_left(account: Account) -> None:
    account.advance_to(unix(2024, 1, 16))
    subscription = account.subscribe(account.price(3100))
    account.advance_to(unix(2024, 1, 26))
    trialing = account.v1.subscriptions.update(subscription.id, {"trial_end": unix(2024, 2, 10)})
    assert (trialing.status, trialing.trial_start) == ("trialing", unix(2024, 1, 26))
    assert period_of(trialing) == (unix(2024, 1, 26), unix(2024, 2, 10))
    begun = account.invoices(trialing)[-1]
    assert [line.amount for line in begun.lines.data] == [-2100, 0]
    assert (begun.status, begun.amount_due) == ("paid", 0)
    account.advance_to(unix(2024, 2, 10, 1))
    assert account.invoices(trialing)[-1].amount_paid == 3100 - 2100


def test_a_trial_ended_by_hand_begins_a_period_now(account: Account) -> None:
    account.advance_to(unix(2024, 1, 20))
    subscription = account.subscribe(account.price(3100), trial_end=unix(2024, 2, 20))
    account.advance_to(unix(2024, 1, 31, 5))
    ended = account.v1.subscriptions.update(subscription.id, {"trial_end": "now"})
    assert (ended.status, ended.trial_end) == ("active", unix(2024, 1, 31, 5))
    assert period_of(ended) == (unix(2024, 1, 31, 5), unix(2024, 2, 29, 5))
    assert account.invoices(ended)[-1].amount_paid == 3100


def test_what_is_not_on_trial_has_none_to_end(account: Account) -> None:
    subscription = account.subscribe()
    account.advance(5 * DAY)
    same = account.v1.subscriptions.update(subscription.id, {"trial_end": "now"})
    assert (period_of(same), len(account.invoices(same))) == (period_of(subscription), 1)


def test_a_trial_keeps_its_end_whatever_the_anchor(account: Account) -> None:
    subscription = account.subscribe(trial_period_days=10)
    account.advance(5 * DAY)
    same = account.v1.subscriptions.update(subscription.id, {"billing_cycle_anchor": "now"})
    assert (same.status, period_of(same)) == ("trialing", period_of(subscription))
