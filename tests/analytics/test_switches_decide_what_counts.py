"""Every choice of a policy is a switch: turned, it changes its own rule and no other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.mrr import MICRO, item_revenues
from analytics.metrics.states import read_state
from analytics.metrics.switches import Switches
from tests.analytics.lives import discount, item, state

USUAL = Switches()
STATUSES = [
    "active", "past_due", "trialing", "unpaid", "incomplete", "incomplete_expired", "canceled", "paused", "", "new",
]  # fmt: skip
PAUSES = [None, {"behavior": "void"}, {"behavior": "mark_uncollectible"}, {"behavior": "keep_as_draft"}]


def counted(told, **switches) -> tuple[float, str]:
    """(MRR in minor units, why not) of the first item."""
    revenue = item_revenues(read_state(told), replace(USUAL, **switches))[0]
    return revenue.mrr / MICRO, revenue.reason


def test_trials_count_where_a_policy_says_so():
    trial = state(status="trialing")
    assert counted(trial) == (0, "trialing")
    assert counted(trial, counted=frozenset({"active", "trialing"})) == (2900, "")
    assert counted(state(status="past_due"), counted=frozenset({"active"})) == (0, "past_due")


@pytest.mark.parametrize("behavior", ["void", "mark_uncollectible", "keep_as_draft"])
def test_each_pause_can_be_made_to_count_or_not(behavior):
    paused = state(pause={"behavior": behavior})
    assert counted(paused, pausing=frozenset()) == (2900, "")
    assert counted(paused, pausing=frozenset({behavior})) == (0, "paused")


@pytest.mark.parametrize("duration", ["once", "repeating", "forever"])
def test_each_duration_can_be_taken_off_or_not(duration):
    cheaper = state(discounts=[discount(percent_off=50, duration=duration)])
    assert counted(cheaper, durations=frozenset({duration})) == (1450, "")
    assert counted(cheaper, durations=frozenset()) == (2900, "")


def test_a_discount_that_is_not_subtracted_is_no_reason():
    gift = state(discounts=[discount(percent_off=100, duration="once")])
    assert counted(gift) == (2900, "")
    assert counted(gift, durations=frozenset({"once"})) == (0, "discounted")


def test_years_of_vendors_differ():
    weekly, daily = state(item(interval="week")), state(item(interval="day"))
    assert counted(weekly, weeks_in_year=48) == (2900 * 4, "")
    assert counted(daily, days_in_year=360) == (2900 * 30, "")


@pytest.mark.parametrize("status", ["", None])
def test_a_state_without_a_status_is_unknown(status):
    assert counted(state(status=status)) == (0, "unknown")


REASONS = [
    (state(item(usage_type="metered"), status="trialing"), "trialing"),
    (state(item(usage_type="metered"), pause={"behavior": "void"}), "metered"),
    (state(item(amount=0), pause={"behavior": "void"}), "free"),
    (state(item(amount=0), discounts=[discount(percent_off=100)]), "free"),
    (state(discounts=[discount(percent_off=100)], pause={"behavior": "void"}), "discounted"),
    (state(item(discounts=[discount(percent_off=100)])), "discounted"),
    (state(item(interval="")), "free"),
    (state(item(quantity=0)), "free"),
    (state(status="canceled", pause={"behavior": "void"}), "canceled"),
]


@pytest.mark.parametrize(("told", "reason"), REASONS, ids=[reason for _, reason in REASONS])
def test_of_several_reasons_the_first_that_would_have_to_go_is_told(told, reason):
    assert counted(told) == (0, reason)


items = st.builds(
    item,
    st.just("price_starter"),
    st.integers(0, 10**6),
    quantity=st.integers(0, 20),
    interval=st.sampled_from(["day", "week", "month", "year", ""]),
    interval_count=st.integers(1, 12),
    usage_type=st.sampled_from(["licensed", "licensed", "metered"]),
)
coupons = st.lists(
    st.one_of(
        st.integers(1, 100).map(lambda off: discount(percent_off=off)),
        st.integers(1, 10**6).map(lambda off: discount(amount_off=off, currency="usd")),
    ),
    max_size=2,
)
states = st.builds(
    lambda some, **fields: state(*({**one, "id": f"si_{n}"} for n, one in enumerate(some)), **fields),
    st.lists(items, min_size=1, max_size=4),
    status=st.sampled_from(STATUSES),
    pause=st.sampled_from(PAUSES),
    discounts=coupons,
)


@given(states)
def test_an_item_counts_wholly_or_has_a_reason(told):
    for revenue in item_revenues(read_state(told), USUAL):
        assert revenue.mrr == (0 if revenue.reason else revenue.worth)
        assert 0 <= revenue.paused <= revenue.recurring <= revenue.worth


@given(states)
def test_status_and_pause_decide_whether_but_never_how_much(told):
    here = item_revenues(read_state(told), USUAL)
    plain = item_revenues(read_state({**told, "status": "active", "pause": None}), USUAL)
    assert [one.worth for one in here] == [one.worth for one in plain]


@given(states)
def test_without_coupons_nothing_is_worth_less(told):
    less = sum(one.worth for one in item_revenues(read_state(told), USUAL))
    full = sum(one.worth for one in item_revenues(read_state({**told, "discounts": []}), USUAL))
    assert less <= full


@given(states, st.randoms(use_true_random=False))
def test_the_order_of_items_moves_no_more_than_a_rounding(told, shuffler):
    mixed = list(told["items"])
    shuffler.shuffle(mixed)
    before = {one.item.id: one.worth for one in item_revenues(read_state(told), USUAL)}
    after = {one.item.id: one.worth for one in item_revenues(read_state({**told, "items": mixed}), USUAL)}
    assert sum(before.values()) == sum(after.values())
    assert all(abs(before[one] - after[one]) <= 1 for one in before)
