"""A small company's year, told by hand: every figure of every month is known beforehand."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from analytics.fx import set_rates
from analytics.ledger.check import check_all
from analytics.queries import movements, mrr, mrr_by_plan, mrr_rows
from tests.analytics.lives import Life, discount, item, state
from tests.analytics.told import in_ledger, moved
from tests.factories import PlanFactory

pytestmark = pytest.mark.django_db

PRO = item("price_pro", 7900)
YEARLY = item("price_pro_year", 79000, interval="year")
STEPS = ("start", "new", "expansion", "reactivation", "contraction", "churn", "pause", "fx")


def on(month: int, day: int = 10, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


class Told(Life):
    """A life told by dates."""

    def on(self, when: datetime, told: dict) -> "Told":
        self.now = when
        self.tell(told)
        return self

    def ends(self, when: datetime) -> "Told":
        self.now = when
        self.end()
        return self


@pytest.fixture
def year() -> None:
    for code in ("starter", "pro"):
        PlanFactory.create(code=code, name=code.title(), stripe_product_id=f"prod_{code}")
    set_rates(date(2026, 1, 1), {"eur": "1.10"})
    set_rates(date(2026, 6, 1), {"eur": "1.20"})
    euro = {"currency": "eur"}
    in_ledger(Told().on(on(1), state()).on(on(3), state(PRO)).on(on(9), state()))
    in_ledger(Told().on(on(1, 20), state(status="trialing")).on(on(2, 3), state()).ends(on(7)))
    in_ledger(
        Told().on(on(2), state(item(amount=1000), **euro)).on(on(8), state(item(amount=1000, quantity=3), **euro))
    )
    in_ledger(Told().on(on(4), state(YEARLY)).on(on(5), state(YEARLY, discounts=[discount(percent_off=20)])))
    away = state(pause={"behavior": "mark_uncollectible"})
    in_ledger(Told().on(on(5), state()).on(on(6), away).on(on(10), state()))
    returning = Told().on(on(3), state())
    in_ledger(returning.ends(on(4)), Told().on(on(11), state(PRO)))
    in_ledger(Told().on(on(6), state(status="incomplete")).on(on(6, 11), state(status="incomplete_expired")))


def test_every_month_is_as_it_was_lived(year):
    found = movements(as_of=on(12, 31))
    assert {bridge.period.name: moved(bridge) for bridge in found.bridges} == {
        "2026-01": {"new": 2900},
        "2026-02": {"new": 2900 + 1100},
        "2026-03": {"new": 2900, "expansion": 5000},
        "2026-04": {"new": 6583, "churn": -2900},
        "2026-05": {"new": 2900, "contraction": -1316},
        "2026-06": {"pause": -2900, "fx": 100},
        "2026-07": {"churn": -2900},
        "2026-08": {"expansion": 2400},
        "2026-09": {"contraction": -5000},
        "2026-10": {"pause": 2900},
        "2026-11": {"reactivation": 7900},
        "2026-12": {},
    }


def test_every_month_ends_with_the_mrr_of_its_last_moment(year):
    for bridge in movements(as_of=on(12, 31)).bridges:
        last = datetime.combine(bridge.period.last + timedelta(days=1), datetime.min.time(), UTC)
        end_of_month = min(last - timedelta(microseconds=1), on(12, 31))
        assert bridge.end == mrr(end_of_month).value
        assert sum(getattr(bridge, step).amount for step in STEPS) == bridge.end.amount


def test_days_sum_to_their_month(year):
    daily = movements("day", as_of=datetime(2026, 5, 31, 23, tzinfo=UTC), last=31).bridges
    monthly = movements(as_of=datetime(2026, 5, 31, 23, tzinfo=UTC), last=1).bridges[0]
    assert len(daily) == 31
    assert daily[0].start == monthly.start
    assert daily[-1].end == monthly.end
    for step in STEPS[1:]:
        assert abs(sum(getattr(day, step).amount for day in daily) - getattr(monthly, step).amount) <= 1


@pytest.mark.parametrize("month", range(1, 13))
def test_rows_and_plans_sum_to_the_figure_in_every_month(year, month):
    instant = on(month, 25)
    value = mrr(instant).value.amount
    assert sum(row.amount.amount for row in mrr_rows(instant).rows) == value
    assert sum(plan.mrr.amount for plan in mrr_by_plan(instant)) == value


def test_what_did_not_count_in_june(year):
    excluded = {one.reason: (one.count, one.amount.amount) for one in mrr_rows(on(6, 10, 18)).excluded}
    assert excluded == {"incomplete": (1, 2900), "paused": (1, 2900)}


def test_the_bridges_of_plans_and_currencies_close_too(year):
    for options in ({"plan": "starter"}, {"plan": "pro"}, {"currency": "eur"}, {"currency": "usd", "plan": "starter"}):
        bridges = movements(as_of=on(12, 31), **options).bridges
        for bridge in bridges:
            assert sum(getattr(bridge, step).amount for step in STEPS) == bridge.end.amount
        for before, after in pairwise(bridges):
            assert before.end == after.start


def test_the_ledger_is_what_a_rebuild_gives(year):
    outcome = check_all()
    assert (outcome.subscriptions, outcome.differences) == (8, [])
