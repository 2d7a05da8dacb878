"""Statuses, trials, pauses, metered, free and wholly discounted items."""

import pytest

from analytics.metrics.mrr import MICRO, item_revenues
from analytics.metrics.states import read_state
from analytics.policies import STRIPE_V1, UnknownPolicy, policy_named
from tests.analytics.lives import discount, item, state


def told(*items, **fields) -> tuple[int, int, str]:
    """(counts, would be worth, why not), in minor units."""
    (revenue,) = item_revenues(read_state(state(*items, **fields)), STRIPE_V1.switches)
    return revenue.mrr // MICRO, revenue.worth // MICRO, revenue.reason


@pytest.mark.parametrize("status", ["active", "past_due"])
def test_active_and_past_due_count(status):
    assert told(status=status) == (2900, 2900, "")


@pytest.mark.parametrize("status", ["trialing", "unpaid", "incomplete", "incomplete_expired", "canceled", "paused"])
def test_other_statuses_do_not(status):
    assert told(status=status) == (0, 2900, status)


@pytest.mark.parametrize("behavior", ["void", "mark_uncollectible"])
def test_a_collection_pause_takes_the_revenue_away(behavior):
    assert told(pause={"behavior": behavior}) == (0, 2900, "paused")


def test_a_pause_that_keeps_drafts_does_not():
    assert told(pause={"behavior": "keep_as_draft"}) == (2900, 2900, "")


def test_a_paused_trial_is_a_trial():
    assert told(status="trialing", pause={"behavior": "void"}) == (0, 2900, "trialing")


def test_metered_free_and_discounted_items_are_told_apart():
    assert told(item(usage_type="metered")) == (0, 0, "metered")
    assert told(item(amount=0)) == (0, 0, "free")
    assert told(discounts=[discount(percent_off=100)]) == (0, 0, "discounted")


def test_policies_are_found_by_name_and_by_version():
    assert policy_named("stripe") is policy_named("stripe/v1") is STRIPE_V1
    with pytest.raises(UnknownPolicy, match="stripe/v1"):
        policy_named("recurly")


def test_a_policy_says_its_switches():
    said = STRIPE_V1.as_json()
    assert said["key"] == "stripe/v1"
    assert said["switches"]["counted"] == ["active", "past_due"]
