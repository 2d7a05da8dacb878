"""What metered items counted is billed when its period ends, at the price that it then had, with exact numbers."""

import pytest
import stripe

from tests.sandbox.metered import Usage, lines_of
from tests.sandbox.scenes import DAY, START, Account, items_of, period_of

HOUR = 3600


@pytest.fixture
def usage(account: Account) -> Usage:
    return Usage(account)


def test_a_metered_price_needs_an_active_meter(account: Account) -> None:
    recurring = {"interval": "month", "usage_type": "metered"}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.price(recurring=recurring)
    assert refused.value.user_message == (
        "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters."
    )
    with pytest.raises(stripe.InvalidRequestError) as missing:
        account.price(recurring={**recurring, "meter": "mtr_none"})
    assert (missing.value.code, missing.value.param) == ("resource_missing", "recurring[meter]")
    usage = Usage(account)
    account.v1.billing.meters.deactivate(usage.meter.id)
    with pytest.raises(stripe.InvalidRequestError):
        usage.price()


def test_a_renewal_bills_the_period_that_ended_beside_the_next_one(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(account.price(2900), usage.price(4))
    assert usage.billed(subscription) == [("1 × Starter (at $29.00 / month)", 1, 2900)]
    assert items_of(subscription)[1].quantity is None
    start, end = period_of(subscription)
    usage.calls(100)
    usage.calls(50, start - 1)
    account.advance_to(end - 10)
    usage.calls(7)
    account.advance_to(end)
    usage.calls(1000)
    account.advance(2 * HOUR)
    renewal = account.invoices(subscription)[-1]
    assert lines_of(renewal) == [
        ("1 × Starter (at $29.00 / month)", 1, 2900),
        ("107 × Calls (at $0.04 / month)", 107, 428),
    ]
    licensed, metered = renewal.lines.data
    assert (metered.period.start, metered.period.end) == (start, end)
    assert licensed.period.start == end
    assert (renewal.status, str(metered.quantity_decimal)) == ("paid", "107")
    account.advance(32 * DAY)
    assert usage.billed(subscription)[1] == ("1000 × Calls (at $0.04 / month)", 1000, 4000)


def test_a_period_without_usage_has_a_line_of_nothing(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe()
    account.advance(32 * DAY)
    assert usage.billed(subscription) == [("0 × Calls (at $0.04 / month)", 0, 0)]


def test_late_events_count_until_the_draft_is_finalized(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe()
    end = period_of(subscription)[1]
    usage.calls(10)
    account.advance_to(end + 60)
    assert usage.billed(subscription) == [("10 × Calls (at $0.04 / month)", 10, 40)]
    line = account.invoices(subscription)[-1].lines.data[0].id
    usage.calls(5, end - 1)
    account.advance(HOUR)
    final = account.invoices(subscription)[-1]
    assert (final.status, lines_of(final)) == ("paid", [("15 × Calls (at $0.04 / month)", 15, 60)])
    assert final.lines.data[0].id == line
    usage.calls(5, end - 1)
    account.advance(32 * DAY)
    assert usage.billed(subscription) == [("0 × Calls (at $0.04 / month)", 0, 0)]


def test_late_events_may_reach_another_tier(account: Account, usage: Usage) -> None:
    tiers = [{"up_to": 100, "unit_amount": 10}, {"up_to": "inf", "unit_amount": 5, "flat_amount": 300}]
    price = usage.price(None, billing_scheme="tiered", tiers_mode="graduated", tiers=tiers)
    subscription = usage.subscribe(price)
    end = period_of(subscription)[1]
    usage.calls(100)
    account.advance_to(end + 60)
    assert usage.billed(subscription) == [("100 × Calls (Tier 1 at $0.10 / month)", 100, 1000)]
    usage.calls(1, end - 1)
    account.advance(HOUR)
    assert usage.billed(subscription) == [
        ("100 × Calls (Tier 1 at $0.10 / month)", 100, 1000),
        ("1 × Calls (Tier 2 at $0.05 / month)", 1, 5),
        ("Calls (Tier 2 at $3.00 / month)", 0, 300),
    ]


@pytest.mark.parametrize(
    ("value", "price", "lines"),
    [
        (150, {"transform_quantity": {"divide_by": 60, "round": "up"}, "unit_amount": 1000},
         [("150 × Calls (at $10.00 per 60 units / month)", 150, 3000)]),
        (333, {"unit_amount_decimal": "0.15"}, [("333 × Calls (at $0.0015 / month)", 333, 50)]),
        (7, {"billing_scheme": "tiered", "tiers_mode": "volume",
             "tiers": [{"up_to": 5, "unit_amount": 500}, {"up_to": "inf", "unit_amount": 400}]},
         [("7 × Calls (Tier 2 at $4.00 / month)", 7, 2800)]),
        (0, {"billing_scheme": "tiered", "tiers_mode": "graduated",
             "tiers": [{"up_to": 5, "flat_amount": 999}, {"up_to": "inf", "unit_amount": 2}]},
         [("0 × Calls (Tier 1 at $0.00 / month)", 0, 0), ("Calls (Tier 1 at $9.99 / month)", 0, 999)]),
        (-3, {"unit_amount": 4}, [("0 × Calls (at $0.04 / month)", 0, 0)]),
    ],
)  # fmt: skip
def test_every_way_of_pricing(account: Account, usage: Usage, value: int, price: dict, lines: list) -> None:
    subscription = usage.subscribe(usage.price(None, **price))
    usage.calls(value)
    account.advance(32 * DAY)
    assert usage.billed(subscription) == lines


@pytest.mark.parametrize(("formula", "quantity"), [("count", 3), ("last", 6)])
def test_every_formula(account: Account, formula: str, quantity: int) -> None:
    usage = Usage(account, formula)
    subscription = usage.subscribe()
    for value, at in ((6, START + 30), (9, START + 20), (2, START + 10)):
        usage.calls(value, at)
    account.advance(32 * DAY)
    assert usage.billed(subscription) == [(f"{quantity} × Calls (at $0.04 / month)", quantity, 4 * quantity)]


def test_usage_of_a_trial_is_free_and_shown(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(account.price(2900), usage.price(4), trial_period_days=10)
    assert usage.billed(subscription) == [("Free trial for 1 × Starter", 1, 0)]
    usage.calls(25)
    account.advance(10 * DAY + HOUR // 2)
    usage.calls(1, account.now - HOUR)
    account.advance(HOUR)
    assert usage.billed(subscription) == [
        ("1 × Starter (at $29.00 / month)", 1, 2900),
        ("Free trial for 26 × Calls", 26, 0),
    ]
    usage.calls(2)
    account.advance(32 * DAY)
    assert usage.billed(subscription)[1] == ("2 × Calls (at $0.04 / month)", 2, 8)


def test_previews_show_what_was_used_so_far(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe(account.price(2900), usage.price(4))
    usage.calls(30)
    preview = account.v1.invoices.create_preview({"subscription": subscription.id})
    assert lines_of(preview)[1] == ("30 × Calls (at $0.04 / month)", 30, 120)
    account.advance_to(period_of(subscription)[1] - 7 * DAY)
    upcoming = account.v1.events.list({"type": "invoice.upcoming"}).data[0].data.object
    assert [line["amount"] for line in upcoming["lines"]["data"]] == [2900, 120]
    now = account.v1.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": {"cancel_now": True, "proration_behavior": "none"}}
    )
    assert lines_of(now) == [("30 × Calls (at $0.04 / month)", 30, 120)]
    assert len(account.invoices(subscription)) == 1


def test_two_subscriptions_to_the_same_meter_both_bill_it(account: Account, usage: Usage) -> None:
    first, second = usage.subscribe(usage.price(4)), usage.subscribe(usage.price(1))
    usage.calls(10)
    account.advance(32 * DAY)
    assert usage.billed(first) == [("10 × Calls (at $0.04 / month)", 10, 40)]
    assert usage.billed(second) == [("10 × Calls (at $0.01 / month)", 10, 10)]


def test_a_deactivated_meter_still_bills_what_it_counted(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe()
    usage.calls(10)
    account.v1.billing.meters.deactivate(usage.meter.id)
    account.advance(32 * DAY)
    assert usage.billed(subscription) == [("10 × Calls (at $0.04 / month)", 10, 40)]


def test_a_subscription_to_usage_alone_has_no_first_invoice(account: Account, usage: Usage) -> None:
    subscription = usage.subscribe()
    assert (subscription.status, subscription.latest_invoice) == ("active", None)
    assert account.invoices(subscription) == []
    classic = usage.subscribe(usage.price(5), billing_mode={"type": "classic"})
    assert usage.billed(classic) == [("0 × Calls (at $0.05 / month)", 0, 0)]
