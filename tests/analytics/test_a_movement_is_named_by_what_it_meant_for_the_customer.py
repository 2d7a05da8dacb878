"""New, expansion, reactivation, contraction, churn and pause are decided per organization, net per local day."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.ledger.fold import fold
from analytics.queries import movements, mrr
from tests.analytics.lives import Life, days, item, record_all, state
from tests.analytics.told import by_period, in_ledger
from tests.factories import OrganizationFactory, PlanFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, tzinfo=UTC)
PRO = item("price_pro", 7900)


def told(**options):
    return by_period(movements(as_of=NOW, **options))


def test_a_customer_comes_grows_shrinks_leaves_and_returns():
    first = (
        Life()
        .tell(state())
        .tell(state(item(quantity=3)), after=days(31))
        .tell(state(), after=days(28))
        .end(after=days(31))
    )
    in_ledger(first, Life(at=first.now + days(30)).tell(state()))
    assert told() == {
        "2026-01": {"new": 2900},
        "2026-02": {"expansion": 5800},
        "2026-03": {"contraction": -5800},
        "2026-04": {"churn": -2900},
        "2026-05": {"reactivation": 2900},
    }


def test_a_plan_change_is_an_expansion_not_churn_and_new():
    in_ledger(Life().tell(state()).tell(state(PRO), after=days(40)))
    assert told() == {"2026-01": {"new": 2900}, "2026-02": {"expansion": 5000}}


def test_so_is_a_change_to_another_subscription_on_the_same_day():
    old = Life().tell(state())
    old.end(after=days(40))
    in_ledger(old, Life(at=old.now + timedelta(hours=3)).tell(state(PRO)))
    assert told()["2026-02"] == {"expansion": 5000}


def test_a_second_subscription_is_expansion_and_its_end_contraction():
    in_ledger(Life().tell(state()), Life().tell(state(PRO), after=days(40)).end(after=days(30)))
    assert told() == {"2026-01": {"new": 2900}, "2026-02": {"expansion": 7900}, "2026-03": {"contraction": -7900}}


def test_a_pause_is_neither_churn_nor_contraction_and_resuming_no_reactivation():
    life = Life().tell(state()).tell(state(pause={"behavior": "void"}), after=days(40)).tell(state(), after=days(30))
    in_ledger(life)
    assert told() == {"2026-01": {"new": 2900}, "2026-02": {"pause": -2900}, "2026-03": {"pause": 2900}}


def test_a_paused_customer_who_leaves_is_churn():
    in_ledger(Life().tell(state()).tell(state(pause={"behavior": "void"}), after=days(40)).end(after=days(30)))
    assert told()["2026-03"] == {"churn": -2900, "pause": 2900}
    assert mrr(NOW).value.amount == 0


def test_a_trial_is_new_when_it_ends_and_a_free_plan_never():
    in_ledger(Life().tell(state(status="trialing")).tell(state(), after=days(40)))
    in_ledger(Life().tell(state(item("price_free", 0))).tell(state(PRO), after=days(70)))
    assert told() == {"2026-02": {"new": 2900}, "2026-03": {"new": 7900}}


def test_coming_and_going_within_a_day_is_nothing():
    in_ledger(Life().tell(state()).end(after=timedelta(hours=2)))
    assert told() == {}


def test_a_day_begins_at_midnight_of_the_reporting_zone(settings):
    settings.REPORTING_TIME_ZONE = "America/Los_Angeles"
    in_ledger(Life(at=datetime(2026, 3, 1, 7, 59, tzinfo=UTC)).tell(state()))
    assert told() == {"2026-02": {"new": 2900}}


def test_of_one_plan_a_plan_change_is_contraction_here_and_expansion_there():
    for code in ("starter", "pro"):
        PlanFactory.create(code=code, stripe_product_id=f"prod_{code}")
    in_ledger(Life().tell(state()).tell(state(PRO), after=days(40)))
    assert told(plan="starter")["2026-02"] == {"contraction": -2900}
    assert told(plan="pro")["2026-02"] == {"expansion": 7900}
    assert told(plan="unheard-of") == {}


def test_every_month_is_there_and_each_begins_where_the_last_ended():
    in_ledger(Life().tell(state()).tell(state(item(quantity=2)), after=days(100)))
    found = movements(as_of=NOW)
    assert [bridge.period.name for bridge in found.bridges] == [f"2026-0{month}" for month in range(1, 7)]
    assert [bridge.start.amount for bridge in found.bridges] == [0, 2900, 2900, 2900, 5800, 5800]
    assert [bridge.end.amount for bridge in found.bridges] == [2900, 2900, 2900, 5800, 5800, 5800]


def test_at_most_36_periods_and_fewer_where_asked_begin_with_what_was_there():
    in_ledger(Life(at=datetime(2020, 1, 1, tzinfo=UTC)).tell(state()))
    whole = movements(as_of=NOW).bridges
    assert (len(whole), whole[0].start.amount, whole[0].period.name) == (36, 2900, "2023-07")
    assert [bridge.period.name for bridge in movements(last=2, as_of=NOW).bridges] == ["2026-05", "2026-06"]
    assert len(movements("day", as_of=NOW).bridges) == 36


def test_days_are_told_one_by_one():
    in_ledger(Life().tell(state()).tell(state(PRO), after=days(2)))
    found = movements("day", as_of=datetime(2026, 1, 4, tzinfo=UTC))
    assert by_period(found) == {"2026-01-01": {"new": 2900}, "2026-01-03": {"expansion": 5000}}
    assert len(found.bridges) == 4


def test_nothing_happened_yet():
    assert movements(as_of=NOW).bridges == ()


def test_what_happens_after_the_instant_is_left_out():
    in_ledger(Life().tell(state()).end(after=days(20)))
    assert by_period(movements(as_of=datetime(2026, 1, 10, tzinfo=UTC))) == {"2026-01": {"new": 2900}}


def test_two_organizations_do_not_mix():
    one, other = OrganizationFactory.create_batch(2)
    leaving, coming = Life().tell(state()).end(after=days(40)), Life().tell(state(), after=days(40))
    record_all(leaving, one)
    record_all(coming, other)
    fold([leaving.subscription_id, coming.subscription_id])
    assert told()["2026-02"] == {"churn": -2900, "new": 2900}
