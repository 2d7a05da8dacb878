"""The invariants of the ledger, on random lives with several changes a second, delivered in any order."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.ledger.fold import fold
from analytics.ledger.rebuild import differences, replace
from analytics.metrics.mrr import MICRO, item_revenues
from analytics.metrics.states import read_state
from analytics.models import KnownState, MrrMovement
from analytics.policies import STRIPE_V1
from analytics.queries import movements, mrr, mrr_by_plan, mrr_rows
from tests.analytics.lives import Life, days, record, undone
from tests.analytics.random_lives import lives
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db
random_lives = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def true_mrr(life: Life, instant) -> int:
    told = life.at(instant)
    revenues = item_revenues(read_state(told), STRIPE_V1.switches) if told else []
    return sum(revenue.mrr for revenue in revenues)


def ledger_mrr(life: Life, instant) -> int:
    rows = MrrMovement.objects.filter(subscription_id=life.subscription_id, effective_at__lte=instant)
    return sum(row.delta_micro for row in rows)


def netted(life: Life) -> Counter:
    rows = MrrMovement.objects.filter(subscription_id=life.subscription_id)
    net: Counter = Counter()
    for row in rows:
        net[row.item_id, row.price_id, row.part, row.effective_at, row.day] += row.delta_micro
    return Counter({place: delta for place, delta in net.items() if delta})


def bitemporal(life: Life) -> list[tuple]:
    rows = MrrMovement.objects.filter(subscription_id=life.subscription_id)
    return sorted(
        rows.values_list(
            "item_id", "price_id", "part", "effective_at", "recorded_at", "delta_micro", "cause", "change_id"
        )
    )


def deliver(life: Life, facts, owner) -> None:
    """Each fact is learned of a minute after the one before, and folded at once."""
    learned = max(fact.effective_at for fact in life.facts)
    for fact in facts:
        learned += timedelta(minutes=1)
        record(life, fact, owner, recorded_at=learned)
        fold([life.subscription_id], known_at=learned)


@given(lives(), st.randoms(use_true_random=False))
@random_lives
def test_the_sum_up_to_an_instant_is_the_mrr_of_its_state(life, shuffler):
    with undone():
        shuffled = list(life.facts)
        shuffler.shuffle(shuffled)
        deliver(life, shuffled, OrganizationFactory.create())
        for fact in life.facts:
            assert ledger_mrr(life, fact.effective_at) == true_mrr(life, fact.effective_at)


@given(lives(), st.randoms(use_true_random=False))
@random_lives
def test_shuffled_and_repeated_delivery_ends_in_the_same_netted_ledger(life, shuffler):
    with undone():
        deliver(life, life.facts, OrganizationFactory.create())
        in_order = netted(life)
    with undone():
        shuffled = list(life.facts)
        shuffler.shuffle(shuffled)
        deliver(life, shuffled, OrganizationFactory.create())
        fold([life.subscription_id])
        assert netted(life) == in_order


@given(lives(), st.randoms(use_true_random=False))
@random_lives
def test_a_rebuild_is_the_same_to_the_row_and_to_the_moment_of_knowledge(life, shuffler):
    with undone():
        shuffled = list(life.facts)
        shuffler.shuffle(shuffled)
        deliver(life, shuffled, OrganizationFactory.create())
        incremental = bitemporal(life)
        assert differences([life.subscription_id], STRIPE_V1) == []
        replace([life.subscription_id], STRIPE_V1)
        assert bitemporal(life) == incremental
        assert KnownState.objects.filter(subscription_id=life.subscription_id).exists()


@given(st.lists(lives(), min_size=1, max_size=3), st.lists(lives("eur"), max_size=1), st.randoms(use_true_random=False))
@settings(random_lives, max_examples=15)
def test_what_was_known_then_is_said_for_ever(usd, eur, shuffler):
    with undone():
        owner, other = OrganizationFactory.create(), OrganizationFactory.create()
        deliveries = [(life, fact) for life in [*usd, *eur] for fact in life.facts]
        shuffler.shuffle(deliveries)
        as_of = max(fact.effective_at for _, fact in deliveries) + days(1)
        known, reports = as_of, []
        for life, fact in deliveries:
            known += timedelta(minutes=1)
            record(life, fact, owner if life in usd else other, recorded_at=known)
            fold([life.subscription_id], known_at=known)
            reports.append((known, report(as_of, known)))
        for then, said in reports:
            assert report(as_of, then) == said


def report(as_of, known) -> tuple:
    return (
        mrr(as_of, as_known=known),
        mrr_rows(as_of, as_known=known),
        mrr_by_plan(as_of, as_known=known),
        movements(as_of=as_of, as_known=known),
    )


@given(st.lists(lives(), min_size=1, max_size=3), st.lists(lives(), max_size=2), st.randoms(use_true_random=False))
@random_lives
def test_bridges_close_and_rows_customers_and_plans_sum_to_the_figure(some, others, shuffler):
    with undone():
        for owner_lives in (some, others):
            owner = OrganizationFactory.create()
            for life in owner_lives:
                deliver(life, life.facts, owner)
        as_of = max(fact.effective_at for life in [*some, *others] for fact in life.facts)
        figure, explained = mrr(as_of), mrr_rows(as_of)
        assert figure.value.amount == round(Fraction(sum(true_mrr(life, as_of) for life in [*some, *others]), MICRO))
        assert explained.value == figure.value
        assert sum(row.amount.amount for row in explained.rows) == figure.value.amount
        assert sum(plan.mrr.amount for plan in mrr_by_plan(as_of)) == figure.value.amount
        for grain in ("month", "day"):
            assert_closed(movements(grain, as_of=as_of), figure.value.amount)
        plans = [movements(as_of=as_of, plan=one.plan) for one in mrr_by_plan(as_of)]
        for found, one in zip(plans, mrr_by_plan(as_of), strict=True):
            assert_closed(found, None)
            assert abs(found.bridges[-1].end.amount - one.mrr.amount) <= 1  # each rounded on its own


STEPS = ("start", "new", "expansion", "reactivation", "contraction", "churn", "pause", "fx")


def assert_closed(found, end) -> None:
    for bridge in found.bridges:
        assert sum(getattr(bridge, step).amount for step in STEPS) == bridge.end.amount
        assert min(bridge.new.amount, bridge.expansion.amount, bridge.reactivation.amount) >= 0
        assert max(bridge.contraction.amount, bridge.churn.amount) <= 0
        assert bridge.fx.amount == 0
    for before, after in zip(found.bridges, found.bridges[1:], strict=False):
        assert before.end == after.start
    if end is not None:
        assert (found.bridges[-1].end.amount if found.bridges else 0) == end
