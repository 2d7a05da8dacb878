"""Coupons on subscriptions: percentages and amounts, to the cent, for as long as their duration says."""

import json
from typing import Any

import pytest
import stripe

from tests.sandbox.annotations import problems
from tests.sandbox.scenes import DAY, Account, items_of, period_of


def latest(account: Account, subscription: stripe.Subscription) -> stripe.Invoice:
    return account.v1.invoices.retrieve(str(account.subscription(subscription).latest_invoice))


def next_renewal(account: Account, subscription: stripe.Subscription) -> stripe.Invoice:
    account.advance_to(period_of(account.subscription(subscription))[1] + 3600)
    return latest(account, subscription)


def test_half_off_makes_a_100_dollar_invoice_50(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    subscription = account.subscribe(account.price(10_000), discounts=[{"coupon": coupon.id}])
    invoice = latest(account, subscription)
    (discount,) = subscription.discounts
    assert (invoice.subtotal, invoice.total, invoice.amount_paid) == (10_000, 5000, 5000)
    assert invoice.discounts == [discount]
    assert [(each.discount, each.amount) for each in invoice.total_discount_amounts] == [(discount, 5000)]
    line = invoice.lines.data[0]
    assert (line.amount, [each.amount for each in line.discount_amounts]) == (10_000, [5000])
    assert next_renewal(account, subscription).amount_paid == 5000


@pytest.mark.parametrize(("price", "due"), [(100, 0), (300, 100), (200, 0)])
def test_200_off_leaves_what_is_above_and_never_goes_below_nothing(account: Account, price: int, due: int) -> None:
    coupon = account.v1.coupons.create({"amount_off": 200, "currency": "usd", "duration": "forever"})
    subscription = account.subscribe(account.price(price), discounts=[{"coupon": coupon.id}])
    invoice = latest(account, subscription)
    assert (invoice.subtotal, invoice.total, invoice.status) == (price, due, "paid")


def test_a_fixed_amount_is_spread_over_the_lines_to_the_cent(account: Account) -> None:
    coupon = account.v1.coupons.create({"amount_off": 1000, "currency": "usd", "duration": "forever"})
    prices = [account.price(amount) for amount in (1000, 1000, 1000)]
    invoice = latest(account, account.subscribe(*prices, discounts=[{"coupon": coupon.id}]))
    assert [line.discount_amounts[0].amount for line in invoice.lines.data] == [334, 333, 333]
    assert invoice.total == 2000


def test_once_is_for_the_first_invoice_that_has_something_to_pay(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 25, "duration": "once"})
    subscription = account.subscribe(account.price(4000), discounts=[{"coupon": coupon.id}], trial_period_days=7)
    assert len(subscription.discounts) == 1
    assert next_renewal(account, subscription).total == 3000
    assert account.subscription(subscription).discounts == []
    assert account.event_types(type="customer.discount.deleted") == ["customer.discount.deleted"]
    assert next_renewal(account, subscription).total == 4000


def test_three_months_are_three_monthly_invoices(account: Account) -> None:
    given: Any = {"percent_off": 10, "duration": "repeating", "duration_in_months": 3, "id": "spring"}
    account.v1.coupons.create(given)
    subscription = account.subscribe(account.price(1000), discounts=[{"coupon": "spring"}], expand=["discounts"])
    discount = subscription.discounts[0]
    assert (discount.start, discount.source.coupon) == (account.now, "spring")
    totals = [latest(account, subscription).total]
    totals += [next_renewal(account, subscription).total for _ in range(3)]
    assert totals == [900, 900, 900, 1000]
    ended = account.v1.events.list({"type": "customer.discount.deleted"}).data
    assert [event.created for event in ended] == [discount.end]
    assert account.subscription(subscription).discounts == []
    assert next_renewal(account, subscription).total == 1000


def test_item_discounts_come_first_and_each_takes_of_what_is_left(account: Account) -> None:
    make = account.v1.coupons.create
    item = make({"percent_off": 10, "duration": "forever"})
    first = make({"amount_off": 100, "currency": "usd", "duration": "forever"})
    second = make({"percent_off": 50, "duration": "forever"})
    subscription = account.subscribe(
        items=[{"price": account.price(1000).id, "discounts": [{"coupon": item.id}]}],
        discounts=[{"coupon": first.id}, {"coupon": second.id}],
    )
    invoice = latest(account, subscription)
    assert [each.amount for each in invoice.total_discount_amounts] == [100, 100, 400]
    assert (invoice.subtotal, invoice.total) == (900, 400)
    assert invoice.lines.data[0].discounts == items_of(subscription)[0].discounts


def test_a_coupon_for_some_products_leaves_the_others_alone(account: Account) -> None:
    cheap, dear = account.price(1000), account.price(5000)
    coupon = account.v1.coupons.create({"percent_off": 100, "applies_to": {"products": [str(dear.product)]}})
    assert "applies_to" not in coupon
    expanded = account.v1.coupons.retrieve(coupon.id, {"expand": ["applies_to"]})
    assert expanded.applies_to.products == [dear.product]
    invoice = latest(account, account.subscribe(cheap, dear, discounts=[{"coupon": coupon.id}]))
    assert invoice.total == 1000
    assert [[each.amount for each in line.discount_amounts] for line in invoice.lines.data] == [[], [5000]]


def test_discounts_and_coupons_are_expanded_where_they_are_named(account: Account) -> None:
    options: Any = {"eur": {"amount_off": 250}}
    coupon = account.v1.coupons.create({"amount_off": 300, "currency": "usd", "currency_options": options})
    code = account.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SAVE3"})
    subscription = account.subscribe(discounts=[{"promotion_code": code.id}])
    wanted: Any = {"expand": ["discounts.source.coupon", "total_discount_amounts.discount.promotion_code"]}
    invoice = account.v1.invoices.retrieve(str(subscription.latest_invoice), wanted)
    assert invoice.discounts[0].source.coupon.amount_off == 300
    assert invoice.total_discount_amounts[0].discount.promotion_code.promotion.coupon == coupon.id
    assert problems(json.loads(str(invoice)), stripe.Invoice, "invoice") == []
    full = account.v1.coupons.retrieve(coupon.id, {"expand": ["applies_to", "currency_options"]})
    assert problems(json.loads(str(full)), stripe.Coupon, "coupon") == []
    assert {name: option.amount_off for name, option in full.currency_options.items()} == {"usd": 300, "eur": 250}
    assert account.v1.promotion_codes.retrieve(code.id).times_redeemed == full.times_redeemed == 1


def test_a_discount_is_swapped_kept_and_cleared_by_an_update(account: Account) -> None:
    coupons = [account.v1.coupons.create({"percent_off": off, "duration": "forever"}) for off in (10, 20)]
    subscription = account.subscribe(account.price(1000), discounts=[{"coupon": coupons[0].id}])
    (kept,) = subscription.discounts
    wanted: Any = [{"discount": kept}, {"coupon": coupons[1].id}]
    changed = account.v1.subscriptions.update(subscription.id, {"discounts": wanted})
    assert changed.discounts[0] == kept
    assert account.event_types(type="customer.discount.created") == ["customer.discount.created"] * 2
    assert next_renewal(account, subscription).total == 720
    assert account.v1.subscriptions.update(subscription.id, {"discounts": ""}).discounts == []
    assert next_renewal(account, subscription).total == 1000
    ended = account.v1.events.list({"type": "customer.discount.deleted"}).data
    assert {event.data.object["id"] for event in ended} == set(changed.discounts)


def test_prorations_are_net_of_the_discount(account: Account) -> None:
    """Half of a 30-day month is left: 5 of 10 dollars less 20 % come back, and 10 of 20 less 20 % are owed."""
    coupon = account.v1.coupons.create({"percent_off": 20, "duration": "forever"})
    account.advance_to(account.now + 77 * DAY)
    subscription = account.subscribe(account.price(1000), discounts=[{"coupon": coupon.id}])
    start, end = period_of(subscription)
    assert end - start == 30 * DAY
    account.advance(15 * DAY)
    change: Any = [{"id": items_of(subscription)[0].id, "price": account.price(2000).id}]
    account.v1.subscriptions.update(subscription.id, {"items": change, "proration_behavior": "always_invoice"})
    invoice = latest(account, subscription)
    assert [line.amount for line in invoice.lines.data] == [-400, 800]
    assert [line.discountable for line in invoice.lines.data] == [False, False]
    assert [[each.amount for each in line.discount_amounts] for line in invoice.lines.data] == [[0], [0]]
    assert (invoice.total, invoice.amount_paid) == (400, 400)
    assert next_renewal(account, subscription).total == 1600
