"""An interrupted demo goes on in its story: so the story may not depend on anything but its arguments."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.services.catalog import shipped_catalog
from deploy.demo.act import VERBS
from deploy.demo.live import HISTORY
from deploy.demo.story import CARDS, PLACES, PLANS, SHARES, Step, story

START = datetime(2025, 1, 1, tzinfo=UTC)
END = START + HISTORY


def told(companies: int = 120, **more: object) -> list[Step]:
    return story(**{"companies": companies, "start": START, "end": END, **more})


WHOLE = told()
DETAILS = {
    "register": {"name", "currency", "zone", "locale"},
    "start": {"plan", "interval", "quantity", "trial_days", "card"},
    "start_again": {"plan"},
    "change": {"plan"},
    "cancel": {"at"},
    "pause": set(),
    "resume": set(),
    "refund": set(),
}


def lives() -> dict[int, list[Step]]:
    found = defaultdict(list)
    for step in WHOLE:
        found[step.company].append(step)
    return found


def test_told_twice_it_is_equal():
    assert told() == WHOLE


def test_another_seed_tells_another():
    assert told(seed=8) != WHOLE


@settings(max_examples=25, deadline=None)
@given(companies=st.integers(0, 60), days=st.integers(1, 700), seed=st.integers(0, 10**6))
def test_it_is_in_order_and_within_its_time(companies: int, days: int, seed: int):
    end = START + timedelta(days=days)
    steps = story(companies=companies, start=START, end=end, seed=seed)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert all(START <= step.at <= end for step in steps)
    assert {step.company for step in steps} <= set(range(companies))
    assert steps == story(companies=companies, start=START, end=end, seed=seed)


@settings(max_examples=15, deadline=None)
@given(seconds=st.integers(1, 10**7), companies=st.integers(1, 20))
def test_told_later_it_is_the_same_story_later(seconds: int, companies: int):
    """A run that goes on after an interruption has another present: nothing may be skipped by that."""
    shift = timedelta(seconds=seconds)
    now = told(companies)
    later = story(companies=companies, start=START + shift, end=END + shift)
    assert [(step.at + shift, step.verb, step.company, step.details) for step in now] == [
        (step.at, step.verb, step.company, step.details) for step in later
    ]


def test_nobody_makes_an_empty_story():
    assert told(0) == []


@pytest.mark.parametrize("company", range(0, 120, 17))
def test_a_life_begins_with_registration_and_a_subscription(company: int):
    life = lives()[company]
    assert [step.verb for step in life[:2]] == ["register", "start"]
    assert Counter(step.verb for step in life)["register"] == 1
    assert Counter(step.verb for step in life)["start"] == 1


def test_nothing_comes_after_a_cancellation_but_a_new_start():
    for life in lives().values():
        verbs = [step.verb for step in life]
        if "cancel" in verbs:
            after = [verb for verb in verbs[verbs.index("cancel") + 1 :] if verb != "resume"]
            assert after in ([], ["start_again"])


def test_who_comes_back_was_away():
    for life in lives().values():
        at = {step.verb: step.at for step in life}
        if "start_again" in at:
            assert at["start_again"] - at["cancel"] == timedelta(days=75), "longer than a month's rest of a period"


def test_a_pause_ends():
    for life in lives().values():
        waiting = 0
        for step in life:
            waiting += {"pause": 1, "resume": -1}.get(step.verb, 0)
            assert waiting in (0, 1, 2)
        last = [step for step in life if step.verb == "pause"]
        assert not waiting or last[-1].at + timedelta(days=40) > END


@pytest.mark.parametrize("verb", sorted(DETAILS))
def test_each_step_says_what_its_verb_needs(verb: str):
    steps = [step for step in WHOLE if step.verb == verb]
    assert steps, "the whole story shows everything that can happen"
    assert all(set(step.details) == DETAILS[verb] for step in steps)


def test_every_verb_can_be_done():
    assert set(DETAILS) == set(VERBS)


def test_plans_are_those_of_the_shipped_catalog():
    offered = {plan.code: plan for plan in shipped_catalog().plans}
    assert set(PLANS) <= set(offered)
    for step in WHOLE:
        if step.verb == "start":
            assert step.details["interval"] in offered[step.details["plan"]].prices
    assert {place[0] for place in PLACES} <= set(shipped_catalog().currencies)


def test_values_are_such_as_occur():
    for step in WHOLE:
        if step.verb == "start":
            assert step.details["quantity"] in (1, 2, 3)
            assert step.details["trial_days"] in (0, 14)
            assert step.details["card"] in {card for card, _ in CARDS}
        if step.verb == "cancel":
            assert step.details["at"] in ("period_end", "now")
        if "plan" in step.details:
            assert step.details["plan"] in PLANS


def test_weights_are_percentages():
    assert sum(SHARES) == sum(weight for _, weight in CARDS) == sum(place[3] for place in PLACES) == 100


def test_the_first_customer_lives_calmly():
    """Its keys are handed out: what the guides say of it must hold in every demo."""
    life = lives()[0]
    assert [step.verb for step in life] == ["register", "start", "change"]
    assert life[0].details["currency"] == "usd"
    assert life[1].details | {"plan": "professional", "card": "pm_card_visa", "trial_days": 0} == life[1].details
    assert END - life[1].at > timedelta(days=365), "a paid year"
    assert life[2].details == {"plan": "premium"}


def test_more_come_later_than_at_first():
    joined = [step.at for step in WHOLE if step.verb == "register"]
    middle = START + HISTORY / 2
    assert sum(at > middle for at in joined) > len(joined) / 2


def test_a_step_is_a_value():
    with pytest.raises(AttributeError):
        WHOLE[0].verb = "other"  # type: ignore[misc]
