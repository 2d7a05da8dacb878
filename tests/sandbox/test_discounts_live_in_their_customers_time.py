"""Discounts of customers on test clocks: their coupon stays the account's, their months are the clock's."""

from tests.sandbox.clocks import advance, customer_on, new_clock
from tests.sandbox.scenes import DAY, START, Account


def test_a_discount_ends_by_the_clock_and_its_coupon_outlives_it(account: Account) -> None:
    coupon = account.v1.coupons.create(
        {"percent_off": 50, "duration": "repeating", "duration_in_months": 2, "max_redemptions": 5}
    )
    clock = new_clock(account)
    customer = customer_on(account, clock).id
    subscription = account.subscribe(account.price(1000), customer=customer, discounts=[{"coupon": coupon.id}])
    advance(account, clock, START + 32 * DAY)
    assert len(account.subscription(subscription).discounts) == 1
    advance(account, clock, START + 62 * DAY)
    assert account.subscription(subscription).discounts == []
    assert [invoice.total for invoice in account.invoices(subscription)] == [500, 500, 1000]
    account.v1.test_helpers.test_clocks.delete(clock.id)
    kept = account.v1.coupons.retrieve(coupon.id)
    assert (kept.valid, kept.times_redeemed) == (True, 1)
    assert account.subscribe(account.price(1000), discounts=[{"coupon": coupon.id}]).discounts


def test_a_coupon_expires_by_the_accounts_clock(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 50, "redeem_by": account.now + 5 * DAY})
    clock = new_clock(account)
    customer = customer_on(account, clock).id
    account.subscribe(account.price(1000), customer=customer, discounts=[{"coupon": coupon.id}])
    advance(account, clock, START + 20 * DAY)
    assert account.v1.coupons.retrieve(coupon.id).valid
    account.advance(5 * DAY)
    assert not account.v1.coupons.retrieve(coupon.id).valid
