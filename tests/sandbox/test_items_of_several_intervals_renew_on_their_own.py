"""Flexible billing: items of several intervals on one subscription, each with its own period on one anchor."""

from datetime import UTC, datetime

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of

HOUR = 3600


def unix(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


def periods(account: Account, subscription: stripe.Subscription) -> list[tuple[int, int]]:
    return [
        (item.current_period_start, item.current_period_end) for item in items_of(account.subscription(subscription))
    ]


def test_only_what_is_due_is_billed_and_what_meets_is_one_invoice(account: Account) -> None:
    account.advance_to(unix(2024, 1, 31))
    monthly, quarterly, yearly = (
        account.price(1500),
        account.price(10_000, interval_count=3),
        account.price(50_000, "year"),
    )
    subscription = account.subscribe(monthly, quarterly, yearly)
    assert periods(account, subscription) == [
        (unix(2024, 1, 31), unix(2024, 2, 29)),
        (unix(2024, 1, 31), unix(2024, 4, 30)),
        (unix(2024, 1, 31), unix(2025, 1, 31)),
    ]
    account.advance_to(unix(2025, 1, 31) + HOUR)
    invoices = account.invoices(subscription)
    assert [invoice.total for invoice in invoices] == [61_500, *[1500, 1500, 11_500] * 3, 1500, 1500, 61_500]
    assert [datetime.fromtimestamp(invoice.created, UTC).day for invoice in invoices[1:]] == [
        29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31,
    ]  # fmt: skip
    assert all(invoice.status == "paid" for invoice in invoices)


def test_an_item_of_another_interval_joins_until_its_boundary(account: Account) -> None:
    account.control("reset", {"clock": unix(2024, 1, 1)})
    subscription = account.subscribe(account.price(1500))
    account.advance_to(unix(2024, 4, 1))
    yearly = account.price(36_500, "year")
    changed = account.v1.subscriptions.update(
        subscription.id,
        {"items": [{"price": yearly.id}], "proration_behavior": "always_invoice", "expand": ["latest_invoice"]},
    )
    assert changed.billing_cycle_anchor == unix(2024, 1, 1)
    assert periods(account, changed)[1] == (unix(2024, 4, 1), unix(2025, 1, 1))
    assert [line.amount for line in changed.latest_invoice.lines.data] == [27_425]  # 36,500 * 275 / 366
    account.advance_to(unix(2025, 1, 1) + HOUR)
    assert account.invoices(subscription)[-1].total == 38_000


def test_one_item_changes_without_the_others(account: Account) -> None:
    account.control("reset", {"clock": unix(2024, 1, 1)})
    subscription = account.subscribe(account.price(3100), account.price(36_600, "year"))
    account.advance_to(unix(2024, 1, 11))
    month, year = items_of(subscription)
    account.v1.subscriptions.update(subscription.id, {"items": [{"id": year.id, "quantity": 2}]})
    assert [item.amount for item in account.v1.invoice_items.list({"pending": True}).data] == [71_200, -35_600]
    account.advance_to(unix(2024, 2, 1) + HOUR)
    assert account.invoices(subscription)[-1].total == 35_600 + 3100
    account.advance_to(unix(2024, 2, 16, 12))
    change = [{"id": month.id, "deleted": True}, {"id": year.id, "quantity": 0}]
    left = account.v1.subscriptions.update(subscription.id, {"items": change, "proration_behavior": "always_invoice"})
    last = account.invoices(subscription)[-1]
    # 13.5 of 29 days of the month, and 319.5 of 366 days of the year.
    assert [line.amount for line in last.lines.data] == [-1443, -63_900, 0]
    assert (last.amount_due, account.v1.customers.retrieve(subscription.customer).balance) == (0, -65_343)
    assert [item.quantity for item in items_of(left)] == [0]


def test_another_interval_starts_all_anew_unless_the_anchor_is_kept(account: Account) -> None:
    account.control("reset", {"clock": unix(2024, 1, 1)})
    monthly, yearly = account.price(3100), account.price(36_600, "year")
    for anchor, first, total in ((None, unix(2024, 1, 11), 34_500), ("unchanged", unix(2024, 1, 1), 33_500)):
        account.control("reset", {"clock": unix(2024, 1, 1)})
        monthly, yearly = account.price(3100), account.price(36_600, "year")
        subscription = account.subscribe(monthly)
        account.advance_to(unix(2024, 1, 11))
        change = {
            "items": [{"id": items_of(subscription)[0].id, "price": yearly.id}],
            "proration_behavior": "always_invoice",
            **({"billing_cycle_anchor": anchor} if anchor else {}),
        }
        changed = account.v1.subscriptions.update(subscription.id, change)
        assert changed.billing_cycle_anchor == first
        assert account.invoices(changed)[-1].total == total


def test_classic_billing_has_one_interval(account: Account) -> None:
    monthly, yearly = account.price(), account.price(interval="year")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.subscribe(monthly, yearly, billing_mode={"type": "classic"})
    assert refused.value.param == "items"
    subscription = account.subscribe(monthly, billing_mode={"type": "classic"})
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.subscriptions.update(subscription.id, {"items": [{"price": yearly.id}]})


def test_one_trial_covers_items_of_all_intervals(account: Account) -> None:
    subscription = account.subscribe(account.price(1500), account.price(50_000, "year"), trial_period_days=10)
    end = account.now + 10 * DAY
    assert periods(account, subscription) == [(account.now, end)] * 2
    account.advance_to(end + HOUR)
    assert account.invoices(subscription)[-1].total == 51_500
    assert account.subscription(subscription).billing_cycle_anchor == end


def test_lists_go_by_the_latest_start_and_the_first_end(account: Account) -> None:
    start = account.now
    subscription = account.subscribe(account.price(50_000, "year"), account.price(1500))
    account.advance(32 * DAY)
    month = items_of(account.subscription(subscription))[1]
    for name, moment in (
        ("current_period_start", month.current_period_start),
        ("current_period_end", month.current_period_end),
    ):
        assert [each.id for each in account.v1.subscriptions.list({name: moment}).data] == [subscription.id]
    assert account.v1.subscriptions.list({"current_period_start": {"lte": start}}).data == []
