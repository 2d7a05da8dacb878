"""Coupons that last forever: the item's before the subscription's, percentages before amounts, never below 0."""

from analytics.metrics.mrr import MICRO, item_revenues
from analytics.metrics.states import read_state
from analytics.policies import STRIPE_V1
from tests.analytics.lives import discount, item, state


def monthly(told) -> list[float]:
    return [revenue.mrr / MICRO for revenue in item_revenues(read_state(told), STRIPE_V1.switches)]


def test_forever_counts_and_repeating_and_once_do_not():
    assert monthly(state(discounts=[discount(percent_off=25)])) == [2175]
    assert monthly(state(discounts=[discount(percent_off=25, duration="repeating")])) == [2900]
    assert monthly(state(discounts=[discount(percent_off=25, duration="once")])) == [2900]


def test_percentages_multiply_and_may_have_fractions():
    assert monthly(state(discounts=[discount(percent_off=50), discount(percent_off=50)])) == [725]
    assert monthly(state(discounts=[discount(percent_off=12.5)])) == [2537.5]


def test_an_amount_is_taken_off_each_invoice():
    off = discount(amount_off=1200, currency="usd")
    assert monthly(state(discounts=[off])) == [1700]
    yearly = item(amount=29000, interval="year")
    assert monthly(state(yearly, discounts=[off])) == [round((29000 - 1200) / 12, 6)]


def test_an_amount_in_another_currency_does_not_apply():
    assert monthly(state(discounts=[discount(amount_off=1200, currency="eur")])) == [2900]


def test_percentages_come_before_amounts_and_items_before_the_subscription():
    assert monthly(state(discounts=[discount(amount_off=1000, currency="usd"), discount(percent_off=50)])) == [450]
    own = item(discounts=[discount(amount_off=900, currency="usd")])
    assert monthly(state(own, discounts=[discount(percent_off=50)])) == [1000]


def test_a_subscription_wide_amount_is_spread_by_share():
    two = [item(id="si_1", amount=3000), item(id="si_2", amount=1000)]
    assert monthly(state(*two, discounts=[discount(amount_off=1000, currency="usd")])) == [2250, 750]


def test_nothing_goes_below_zero():
    assert monthly(state(discounts=[discount(amount_off=9900, currency="usd")])) == [0]
    assert monthly(state(discounts=[discount(percent_off=100)])) == [0]


def test_a_discount_whose_coupon_is_not_known_takes_nothing_off():
    assert monthly(state(discounts=[{"id": "di_1", "coupon": None, "end": None}])) == [2900]
