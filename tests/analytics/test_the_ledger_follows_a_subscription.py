"""Yearly, monthly, quantity, trial, pause and cancellation, each as movements at the second it was effective."""

import pytest

from analytics.ledger.fold import fold
from analytics.metrics.mrr import MICRO
from analytics.models import KnownState, MrrMovement
from tests.analytics.lives import START, Life, days, discount, item, record, record_all, state

pytestmark = pytest.mark.django_db
PRO = {"price": "price_pro", "amount": 7900}


def moved(life: Life) -> list[tuple[str, int, str, str]]:
    """(price, minor units, part, cause) in order of time."""
    record_all(life)
    fold([life.subscription_id])
    rows = MrrMovement.objects.filter(subscription_id=life.subscription_id).order_by("effective_at", "delta_micro")
    return [(row.price_id, row.delta_micro / MICRO, row.part, row.cause) for row in rows]


def test_a_monthly_one_starts_and_ends():
    life = Life().tell(state()).end(after=days(30))
    assert moved(life) == [
        ("price_starter", 2900, "recurring", "start"),
        ("price_starter", -2900, "recurring", "end"),
    ]
    first = MrrMovement.objects.get(subscription_id=life.subscription_id, delta_micro__gt=0)
    assert (first.effective_at, first.day, first.currency) == (START, START.date(), "usd")
    assert (first.policy, first.product_id, first.change.source_id) == (
        "stripe/v1",
        "prod_starter",
        life.facts[0].source_id,
    )


def test_a_yearly_one_counts_a_twelfth():
    yearly = item("price_starter_year", 29000, interval="year")
    assert moved(Life().tell(state(yearly))) == [("price_starter_year", 2416.666667, "recurring", "start")]


def test_a_trial_counts_from_its_end():
    life = Life().tell(state(status="trialing")).tell(state(), after=days(14))
    assert moved(life) == [("price_starter", 2900, "recurring", "trial_end")]


def test_a_trial_that_ends_without_paying_never_counts():
    assert moved(Life().tell(state(status="trialing")).end(after=days(14))) == []


def test_a_change_of_quantity_and_of_discount():
    life = Life().tell(state()).tell(state(item(quantity=3)), after=days(1))
    life.tell(state(item(quantity=3), discounts=[discount(percent_off=50)]), after=days(1))
    assert moved(life)[1:] == [
        ("price_starter", 5800, "recurring", "quantity"),
        ("price_starter", -4350, "recurring", "discount"),
    ]


def test_a_change_of_plan_takes_one_price_away_and_adds_the_other_in_one_instant():
    life = Life().tell(state()).tell(state(item(**PRO)), after=days(1))
    assert moved(life)[1:] == [
        ("price_starter", -2900, "recurring", "plan"),
        ("price_pro", 7900, "recurring", "plan"),
    ]


def test_a_change_of_interval_and_of_price():
    life = Life().tell(state(item("price_starter_year", 29000, interval="year")))
    life.tell(state(item()), after=days(1)).tell(
        state(item("price_dearer", 3900, product="prod_starter")), after=days(1)
    )
    assert [cause for *_, cause in moved(life)] == ["start", "interval", "interval", "price", "price"]


def test_items_that_come_and_go():
    extra = item("price_seat", 500, id="si_2")
    life = Life().tell(state()).tell(state(item(), extra), after=days(1)).tell(state(item()), after=days(1))
    assert moved(life)[1:] == [
        ("price_seat", 500, "recurring", "item_added"),
        ("price_seat", -500, "recurring", "item_removed"),
    ]


def test_a_pause_is_kept_apart_and_so_is_its_end():
    life = Life().tell(state()).tell(state(pause={"behavior": "void"}), after=days(1)).tell(state(), after=days(5))
    assert moved(life)[1:] == [("price_starter", -2900, "pause", "pause"), ("price_starter", 2900, "pause", "resume")]


def test_a_paused_one_can_still_change_plan_and_end():
    paused = {"behavior": "mark_uncollectible"}
    life = Life().tell(state()).tell(state(pause=paused), after=days(1))
    life.tell(state(item(**PRO), pause=paused), after=days(1)).end(after=days(1))
    movements = moved(life)
    assert sum(delta for _, delta, part, _ in movements if part == "recurring") == 0
    assert sum(delta for _, delta, part, _ in movements if part == "pause") == 0
    assert ("price_pro", -7900, "recurring", "end") in movements
    assert ("price_pro", 7900, "pause", "resume") in movements


def test_past_due_counts_and_unpaid_does_not():
    life = Life().tell(state()).tell(state(status="past_due"), after=days(30))
    life.tell(state(status="unpaid"), after=days(20)).tell(state(), after=days(2))
    assert moved(life)[1:] == [
        ("price_starter", -2900, "recurring", "status"),
        ("price_starter", 2900, "recurring", "status"),
    ]


def test_a_cancellation_at_period_end_counts_until_it_ends():
    life = Life().tell(state()).tell(state(cancel_at_period_end=True), after=days(3)).end(after=days(27))
    assert [cause for *_, cause in moved(life)] == ["start", "end"]


def test_two_changes_in_one_second_are_one_net_movement():
    life = Life().tell(state(item(quantity=1))).tell(state(item(quantity=4)), after=days(1))
    life.tell(state(item(quantity=2)))
    assert moved(life)[1:] == [("price_starter", 2900, "recurring", "quantity")]


def test_a_change_and_its_reverse_in_one_second_leave_no_trace():
    life = Life().tell(state()).tell(state(item(quantity=9)), after=days(1)).tell(state())
    assert [cause for *_, cause in moved(life)] == ["start"]


def test_days_are_those_of_the_reporting_zone(settings):
    settings.REPORTING_TIME_ZONE = "Pacific/Auckland"
    moved(life := Life().tell(state()))
    assert MrrMovement.objects.get(subscription_id=life.subscription_id).day.isoformat() == "2026-01-02"


def test_a_late_fact_is_corrected_by_rows_that_take_back_and_says_so():
    life = (
        Life().tell(state()).tell(state(item(quantity=2)), after=days(1)).tell(state(item(quantity=5)), after=days(1))
    )
    late = life.facts.pop(1)
    owner = record_all(life)
    fold([life.subscription_id])
    record(life, late, owner)
    fold([life.subscription_id])
    rows = MrrMovement.objects.filter(subscription_id=life.subscription_id).order_by("id")
    assert [(row.delta_micro // MICRO, row.cause) for row in rows] == [
        (2900, "start"),
        (11600, "quantity"),
        (2900, "quantity"),
        (-2900, "correction"),
    ]


def test_folding_again_adds_nothing():
    life = Life().tell(state()).end(after=days(1))
    record_all(life)
    assert fold([life.subscription_id]) == 2
    assert fold([life.subscription_id, life.subscription_id]) == 0
    assert KnownState.objects.filter(subscription_id=life.subscription_id).count() == 2
    assert fold(["sub_without_facts"]) == 0
    assert fold([]) == 0
