"""Stripe's times have a resolution of one second; what came last follows from the events, never from arrival."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.ledger.advance import states_of
from analytics.ledger.likeness import likeness, previous_likeness
from tests.analytics.lives import Life, days, discount, item, state
from tests.analytics.random_lives import lives


def last_quantity(life: Life, facts=None) -> int:
    return states_of(facts or life.facts)[-1].state["items"][0]["quantity"]


def quantities(*numbers: int) -> Life:
    """One second in which the quantity goes through these numbers, after a quiet signup with the first."""
    life = Life().tell(state(item(quantity=numbers[0])))
    life.now += days(1)
    for number in numbers[1:]:
        life.tell(state(item(quantity=number)))
    return life


@pytest.mark.parametrize("numbers", [(1, 2, 3), (1, 2, 1), (1, 2, 1, 3), (3, 1, 2, 3, 1), (1, 2, 3, 1, 2)])
def test_each_event_follows_from_what_it_says_was_before(numbers):
    life = quantities(*numbers)
    for seed in range(10):
        shuffled = random.Random(seed).sample(life.facts, len(life.facts))
        assert last_quantity(life, shuffled) == numbers[-1]


def test_the_signup_is_first_and_the_end_is_last():
    life = Life().tell(state(status="incomplete")).tell(state()).end()
    for seed in range(6):
        shuffled = random.Random(seed).sample(life.facts, 3)
        assert states_of(shuffled)[-1].event_type.endswith("deleted")
        assert states_of(shuffled[:2])[-1] in shuffled[:2]
    assert states_of(life.facts[:2][::-1])[-1].state["status"] == "active"


def test_an_event_that_changed_nothing_we_compare_does_not_decide():
    life = Life().tell(state(item(quantity=1)))
    life.now += days(1)
    life.tell(state(item(quantity=1))).tell(state(item(quantity=5)))
    assert last_quantity(life) == 5
    assert last_quantity(life, life.facts[::-1]) == 5


def test_where_an_event_is_missing_the_others_still_have_one_order():
    life = quantities(1, 2, 3, 4)
    without_the_second = [fact for fact in life.facts if fact is not life.facts[2]]
    assert last_quantity(life, without_the_second) == last_quantity(life, without_the_second[::-1])
    without_the_first = [fact for fact in life.facts if fact is not life.facts[1]]
    assert last_quantity(life, without_the_first) == 4


def test_more_events_than_a_chain_is_looked_for_have_one_order_too():
    life = quantities(*range(1, 12))
    assert len({last_quantity(life, random.Random(seed).sample(life.facts, 11)) for seed in range(10)}) == 1


@given(lives(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_state_of_each_instant_is_the_true_one(life, shuffler):
    shuffled = list(life.facts)
    shuffler.shuffle(shuffled)
    found = {fact.effective_at: fact for fact in states_of(shuffled)}
    assert {instant: likeness(fact.state) for instant, fact in found.items()} == {
        instant: likeness(life.at(instant)) for instant in found
    }


def test_raw_previous_attributes_are_laid_beside_reduced_states():
    before, after = state(pause=None), state(pause={"behavior": "void", "resumes_at": 5})
    assert previous_likeness({"pause_collection": None}) == {"pause": likeness(before)["pause"]}
    assert likeness(after)["pause"] == "void"
    assert previous_likeness({"pause_collection": {"resumes_at": 4}}) == {}
    assert previous_likeness({"items": {"data": [{"id": "si_1", "quantity": 2}]}}) == {}
    assert previous_likeness({"items": {"data": [{"id": "si_1", "plan": {"id": "price_1"}, "quantity": 2}]}}) == {
        "items": [("si_1", "price_1", 2)]
    }
    off = discount(percent_off=10)
    assert previous_likeness({"discounts": [off["id"]]}) == {"discounts": likeness(state(discounts=[off]))["discounts"]}
