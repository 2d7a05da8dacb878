"""Revenue is computed from these facts: each event leaves exactly one, whole, under the event's own id and time."""

from typing import Any

import pytest

from billing.handlers.subscriptions import CAUSES, cause_of
from tests.handlers.told import AT, effects_of, entry_of, event, facts_of, subscription

VERBS = ("created", "updated", "deleted", "paused", "resumed")


@pytest.mark.parametrize("verb", VERBS)
def test_each_leaves_one_fact_and_one_entry(verb: str) -> None:
    told = event(f"customer.subscription.{verb}", subscription(), organization_id=9)
    (fact,) = facts_of(told)
    assert (fact.organization_id, fact.subscription_id, fact.source_id) == (9, "sub_1", "evt_1")
    assert (fact.event_type, fact.effective_at, fact.precision) == (told.type, AT, "event")
    assert entry_of(told).action == f"subscription.{verb}"


@pytest.mark.parametrize("superseded", [False, True])
def test_also_where_a_newer_snapshot_came_first(superseded: bool) -> None:
    assert len(facts_of(event("customer.subscription.updated", subscription(), superseded=superseded))) == 1


def test_of_a_subscription_of_nobody_there_is_only_an_entry() -> None:
    told = event("customer.subscription.created", subscription(), organization_id=None)
    assert facts_of(told) == []
    assert entry_of(told).organization_id is None


def test_the_state_is_whole_and_free_of_policy() -> None:
    (fact,) = facts_of(event("customer.subscription.created", subscription(cancel_at=7, canceled_at=5)))
    (item,) = fact.state["items"]
    assert (item["id"], item["price"], item["product"], item["quantity"]) == ("si_1", "price_1", "prod_1", 2)
    assert (item["unit_amount"], item["interval"], item["interval_count"]) == (2900, "month", 1)
    assert (fact.state["status"], fact.state["currency"]) == ("active", "usd")
    assert (fact.state["cancel_at"], fact.state["canceled_at"], fact.state["ended_at"]) == (7, 5, None)
    assert fact.state["pause"] is None


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"behavior": "void", "resumes_at": 99}, {"behavior": "void", "resumes_at": 99}),
        ({"behavior": "mark_uncollectible"}, {"behavior": "mark_uncollectible", "resumes_at": None}),
        (None, None),
    ],
)
def test_a_pause_is_a_part_of_it(given: Any, stored: Any) -> None:
    (fact,) = facts_of(event("customer.subscription.updated", subscription(pause_collection=given)))
    assert fact.state["pause"] == stored


def test_what_was_different_before_is_kept_because_it_orders_one_second() -> None:
    previous = {"status": "trialing", "trial_end": 5}
    (fact,) = facts_of(event("customer.subscription.updated", subscription(), previous))
    assert fact.previous == previous
    assert fact.previous is not previous


@pytest.mark.parametrize(
    ("previous", "cause"),
    [
        ({}, "updated"),
        ({"metadata": {}}, "updated"),
        ({"latest_invoice": "in_1"}, "updated"),
        ({"items": {}}, "items"),
        ({"quantity": 1}, "quantity"),
        ({"status": "past_due"}, "status"),
        ({"pause_collection": None}, "pause"),
        ({"discounts": []}, "discount"),
        ({"cancel_at_period_end": False}, "cancellation"),
        ({"cancel_at": None}, "cancellation"),
        ({"trial_end": 5}, "trial"),
        ({"items": {}, "status": "trialing", "trial_end": 5}, "items"),
        ({"trial_end": 5, "status": "trialing"}, "status"),
        ({"cancel_at": None, "cancel_at_period_end": False, "discounts": []}, "discount"),
    ],
)
def test_its_cause_is_the_first_that_changed(previous: dict[str, Any], cause: str) -> None:
    assert cause_of(event("customer.subscription.updated", subscription(), previous)) == cause


def test_whatever_the_order_in_which_stripe_names_them() -> None:
    every = dict.fromkeys(CAUSES)
    backwards = dict.fromkeys(reversed(CAUSES))
    told = [event("customer.subscription.updated", subscription(), previous) for previous in (every, backwards)]
    assert [cause_of(one) for one in told] == ["items", "items"]


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"updated"}))
def test_of_every_other_event_it_is_the_event(verb: str) -> None:
    assert cause_of(event(f"customer.subscription.{verb}", subscription(), {"items": {}})) == verb


def test_the_entry_shows_how_it_goes_on() -> None:
    about = subscription(status="canceled", ended_at=9, cancel_at_period_end=True)
    made = entry_of(event("customer.subscription.deleted", about, {"status": "active"}))
    assert made.before == {"status": "active"}
    assert (made.after["status"], made.after["ended_at"], made.after["cancel_at_period_end"]) == ("canceled", 9, True)
    assert set(made.after) == {"status", "cancel_at_period_end", "cancel_at", "trial_end", "ended_at", "event"}


def test_that_a_trial_will_end_is_no_change() -> None:
    told = event("customer.subscription.trial_will_end", subscription(trial_end=9))
    assert facts_of(told) == []
    assert entry_of(told).after == {"trial_end": 9, "event": "evt_1"}
    assert effects_of(told).doorbells == {}
