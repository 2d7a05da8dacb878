"""Causes explain a movement, so that expansion can be split; they never decide its kind."""

import pytest

from analytics.ledger.causes import cause_of
from analytics.metrics.mrr import item_revenues
from analytics.metrics.states import read_state
from analytics.policies import STRIPE_V1
from tests.analytics.lives import discount, item, state

TRIAL, UNPAID, ENDED = (state(status=status) for status in ("trialing", "unpaid", "canceled"))
TWO = state(item(), item("price_seat", 500, id="si_2"))


def known(told):
    revenues = item_revenues(read_state(told), STRIPE_V1.switches) if told else []
    return {revenue.item.id: revenue for revenue in revenues}


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (None, state(), "start"),
        (TRIAL, state(), "trial_end"),
        (TRIAL, state(item(quantity=5)), "trial_end"),
        (state(), state(item(quantity=2)), "quantity"),
        (state(), state(item("price_pro", 7900)), "plan"),
        (state(), state(item("price_pro", 7900, quantity=3)), "plan"),
        (state(), state(item("price_starter_year", 29000, interval="year")), "interval"),
        (state(), state(item(interval_count=3)), "interval"),
        (state(), state(item("price_new", 3900, product="prod_starter")), "price"),
        (state(), state(discounts=[discount(percent_off=50)]), "discount"),
        (state(discounts=[discount(percent_off=50)]), state(), "discount"),
        (state(), state(discounts=[discount(percent_off=100)]), "discount"),
        (state(), UNPAID, "status"),
        (UNPAID, state(), "status"),
        (state(), ENDED, "end"),
        (state(), None, "end"),
        (TWO, ENDED, "end"),
        (state(item("price_free", 0)), state(item("price_pro", 7900)), "plan"),
        (state(item("price_pro", 7900)), state(item("price_free", 0)), "plan"),
    ],
)
def test_of_the_first_item(before, after, cause):
    assert cause_of("si_1", "recurring", 1, known(before), known(after)) == cause


def test_of_an_item_that_comes_or_goes():
    assert cause_of("si_2", "recurring", 500, known(state()), known(TWO)) == "item_added"
    assert cause_of("si_2", "recurring", -500, known(TWO), known(state())) == "item_removed"


def test_of_a_pause():
    assert cause_of("si_1", "pause", -2900, {}, {}) == "pause"
    assert cause_of("si_1", "pause", 2900, {}, {}) == "resume"
