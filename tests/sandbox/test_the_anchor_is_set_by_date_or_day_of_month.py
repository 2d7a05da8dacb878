"""`billing_cycle_anchor_config`, `billing_cycle_anchor` and trials: where the periods of a subscription lie."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import Account, items_of, period_of

HOUR = 3600


def unix(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


def ends(account: Account, subscription: stripe.Subscription, count: int) -> list[str]:
    found = []
    for _ in range(count):
        end = period_of(account.subscription(subscription))[1]
        found.append(datetime.fromtimestamp(end, UTC).strftime("%Y-%m-%d %H:%M:%S"))
        account.advance_to(end)
    return found


def test_the_31st_is_the_last_day_of_each_month(account: Account) -> None:
    account.advance_to(unix(2025, 2, 10, 6, 30, 15))
    account.control("settings", {"upcoming_days": 0})
    subscription = account.subscribe(billing_cycle_anchor_config={"day_of_month": 31})
    assert subscription.billing_cycle_anchor == unix(2025, 2, 28, 6, 30, 15)
    assert subscription.billing_cycle_anchor_config.to_dict() == {
        "day_of_month": 31, "hour": None, "minute": None, "month": None, "second": None,
    }  # fmt: skip
    assert ends(account, subscription, 4) == [
        "2025-02-28 06:30:15",
        "2025-03-31 06:30:15",
        "2025-04-30 06:30:15",
        "2025-05-31 06:30:15",
    ]


def test_a_year_begins_on_29_february_where_there_is_one(account: Account) -> None:
    account.advance_to(unix(2025, 1, 10))
    config = {"day_of_month": 29, "month": 2, "hour": 9, "minute": 0, "second": 0}
    subscription = account.subscribe(account.price(36_500, "year"), billing_cycle_anchor_config=config)
    assert account.invoices(subscription)[0].total == 4938  # 36,500 * 49.375 / 365 days, 28 February 2024 to 2025
    assert ends(account, subscription, 5) == [
        "2025-02-28 09:00:00",
        "2026-02-28 09:00:00",
        "2027-02-28 09:00:00",
        "2028-02-29 09:00:00",
        "2029-02-28 09:00:00",
    ]


@pytest.mark.parametrize(("behavior", "first"), [("create_prorations", 2000), ("none", 0)])
def test_the_part_before_the_anchor_is_prorated_or_free(account: Account, behavior: str, first: int) -> None:
    account.advance_to(unix(2024, 4, 11))
    config = {"day_of_month": 1}
    subscription = account.subscribe(
        account.price(3000), billing_cycle_anchor_config=config, proration_behavior=behavior
    )
    assert period_of(subscription) == (unix(2024, 4, 11), unix(2024, 5, 1))
    account.advance_to(unix(2024, 5, 1, 1))
    assert [invoice.total for invoice in account.invoices(subscription)] == [first, 3000]


def test_a_trial_may_end_before_the_anchor(account: Account) -> None:
    account.advance_to(unix(2024, 4, 1))
    subscription = account.subscribe(
        account.price(3000), trial_end=unix(2024, 4, 11), billing_cycle_anchor=unix(2024, 5, 1)
    )
    assert (subscription.billing_cycle_anchor, period_of(subscription)[1]) == (unix(2024, 5, 1), unix(2024, 4, 11))
    account.advance_to(unix(2024, 5, 1, 1))
    assert [invoice.total for invoice in account.invoices(subscription)] == [0, 2000, 3000]
    assert period_of(account.subscription(subscription)) == (unix(2024, 5, 1), unix(2024, 6, 1))


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_a_trial_makes_its_end_the_anchor(account: Account, day: int) -> None:
    account.control("reset", {"clock": unix(2024, 1, 15)})
    subscription = account.subscribe(trial_end=unix(2024, 1, day, 7))
    assert ends(account, subscription, 4) == [
        f"2024-01-{day} 07:00:00",
        f"2024-02-{min(day, 29)} 07:00:00",
        f"2024-03-{day} 07:00:00",
        f"2024-04-{min(day, 30)} 07:00:00",
    ]


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"billing_cycle_anchor_config": {"day_of_month": 32}}, "billing_cycle_anchor_config[day_of_month]"),
        ({"billing_cycle_anchor_config": {"hour": 3}}, "billing_cycle_anchor_config[day_of_month]"),
        ({"billing_cycle_anchor": unix(2024, 3, 1)}, "billing_cycle_anchor"),
        ({"billing_cycle_anchor": unix(2024, 1, 1)}, "billing_cycle_anchor"),
        (
            {"billing_cycle_anchor": unix(2024, 2, 1), "billing_cycle_anchor_config": {"day_of_month": 1}},
            "billing_cycle_anchor_config",
        ),
    ],
)
def test_impossible_anchors_are_refused(account: Account, given: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.subscribe(**given)
    assert refused.value.param == param


def test_days_and_weeks_have_no_day_of_the_month(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.subscribe(account.price(interval="week"), billing_cycle_anchor_config={"day_of_month": 1})


def test_monthly_to_yearly_and_back_keeps_the_last_start(account: Account) -> None:
    account.advance_to(unix(2024, 1, 31))
    monthly, yearly = account.price(3100), account.price(36_600, "year")
    subscription = account.subscribe(monthly)
    account.advance_to(unix(2024, 2, 29) + HOUR)
    account.advance_to(unix(2024, 3, 10))
    item = items_of(subscription)[0].id
    account.v1.subscriptions.update(subscription.id, {"items": [{"id": item, "price": yearly.id}]})
    # 21 of the 31 days from 29 February to 31 March are left.
    assert account.invoices(subscription)[-1].total == 36_600 - 2100
    account.advance_to(unix(2024, 5, 30))
    back = account.v1.subscriptions.update(subscription.id, {"items": [{"id": item, "price": monthly.id}]})
    last = account.invoices(subscription)[-1]
    assert (last.total, last.amount_due) == (3100 - 28_478, 0)  # 36,600 * 284 / 365
    assert account.v1.customers.retrieve(subscription.customer).balance == 3100 - 28_478
    assert period_of(back) == (unix(2024, 5, 30), unix(2024, 6, 30))
    assert ends(account, subscription, 9)[-1] == "2025-02-28 00:00:00"


def test_an_earlier_start_is_billed_with_the_first_invoice(account: Account) -> None:
    account.control("reset", {"clock": unix(2024, 3, 16)})
    price, customer = account.price(3100), account.customer().id
    start, items = unix(2024, 1, 1), [{"price": price.id, "quantity": 2}]
    preview = account.v1.invoices.create_preview(
        {"customer": customer, "subscription_details": {"items": items, "start_date": start}}
    )
    made = account.v1.subscriptions.create({"customer": customer, "items": items, "backdate_start_date": start})
    assert (made.start_date, made.billing_cycle_anchor) == (start, unix(2024, 3, 16))
    first = account.invoices(made)[0]
    # January, February and 15 of March's 31 days; then the month that begins.
    assert sorted(line.amount for line in first.lines.data) == [6200, 15_400]
    assert preview.total == first.amount_paid == 21_600
    free = account.subscribe(price, backdate_start_date=start, proration_behavior="none")
    assert (free.start_date, account.invoices(free)[0].total) == (start, 3100)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.subscribe(price, backdate_start_date=account.now + 1)
    assert refused.value.param == "backdate_start_date"
