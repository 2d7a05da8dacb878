"""The rows that sum to the MRR, and what was left out and why."""

from datetime import UTC, datetime

import pytest

from analytics.ledger.fold import fold
from analytics.ledger.knowledge import settled_now
from analytics.queries import mrr, mrr_by_plan, mrr_rows
from billing.domain.money import Money
from tests.analytics.lives import Life, days, discount, item, record_all, state
from tests.analytics.told import in_ledger
from tests.factories import OrganizationFactory, PlanFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, tzinfo=UTC)


def test_a_row_names_its_customer_plan_quantity_and_source():
    PlanFactory.create(code="starter", name="Starter", stripe_product_id="prod_starter")
    life = Life().tell(state(item(quantity=3)))
    owner = in_ledger(life)
    (row,) = mrr_rows(NOW).rows
    assert (row.amount, row.original) == (Money("usd", 8700), Money("usd", 8700))
    assert (row.held.organization, row.held.organization_name) == (owner.public_id, owner.name)
    assert (row.held.subscription, row.held.plan, row.held.status) == (life.subscription_id, "starter", "active")
    assert (row.held.source_id, row.held.since) == (life.facts[0].source_id, life.now)
    assert row.held.revenue.item.quantity == 3


def test_a_quantity_that_moves_nothing_is_shown_as_it_is():
    flat = {
        "billing_scheme": "tiered",
        "tiers_mode": "volume",
        "tiers": [{"up_to": None, "unit_amount": 0, "flat_amount": 900}],
    }
    in_ledger(Life().tell(state(item(quantity=1, **flat))).tell(state(item(quantity=8, **flat)), after=days(1)))
    (row,) = mrr_rows(NOW).rows
    assert (row.held.revenue.item.quantity, row.amount) == (8, Money("usd", 900))


def test_rows_sum_although_each_has_fractions():
    for amount in (1000, 1000, 1000, 2000, 700):
        in_ledger(Life().tell(state(item("price_year", amount, interval="year"))))
    explained = mrr_rows(NOW)
    assert explained.value == mrr(NOW).value == Money("usd", 475)
    assert [row.amount.amount for row in explained.rows] == [84, 83, 83, 167, 58]


def test_what_does_not_count_is_counted_by_reason():
    in_ledger(Life().tell(state()))
    in_ledger(Life().tell(state(status="trialing")), Life().tell(state(item(quantity=2), status="trialing")))
    in_ledger(Life().tell(state(status="unpaid")))
    in_ledger(Life().tell(state(pause={"behavior": "void"})))
    in_ledger(Life().tell(state(item(usage_type="metered"), item("price_free", 0, id="si_2"))))
    in_ledger(Life().tell(state(discounts=[discount(percent_off=100)])))
    explained = mrr_rows(NOW)
    assert [(one.reason, one.count, one.amount.amount) for one in explained.excluded] == [
        ("discounted", 1, 0),
        ("free", 1, 0),
        ("metered", 1, 0),
        ("paused", 1, 2900),
        ("trialing", 2, 8700),
        ("unpaid", 1, 2900),
    ]
    assert (explained.value, len(explained.rows)) == (Money("usd", 2900), 1)
    assert "1 items of 1 organizations = 29.00 USD" in explained.formula


def test_what_has_ended_is_not_mentioned():
    in_ledger(Life().tell(state()).end(after=days(1)))
    explained = mrr_rows(NOW)
    assert (explained.rows, explained.excluded) == ((), ())


def test_a_past_instant_is_told_as_it_was():
    in_ledger(Life().tell(state()).tell(state(item(quantity=4)), after=days(10)).end(after=days(10)))
    then = datetime(2026, 1, 5, tzinfo=UTC)
    assert [row.amount.amount for row in mrr_rows(then).rows] == [2900]
    assert mrr(then).value == Money("usd", 2900)
    assert mrr(datetime(2025, 1, 1, tzinfo=UTC)).value == Money("usd", 0)


def test_what_was_known_then_is_told_again():
    life = Life().tell(state())
    owner = in_ledger(life)
    then = settled_now()
    said = mrr_rows(NOW, as_known=then)
    backdated = Life(life.subscription_id, at=life.now)
    backdated.facts = list(life.facts)
    backdated.tell(state(item(quantity=5)), after=days(1))
    backdated.facts = backdated.facts[1:]
    record_all(backdated, owner)
    fold([life.subscription_id])
    assert mrr_rows(NOW, as_known=then) == said
    assert mrr_rows(NOW).value == Money("usd", 14500)


def test_plans_sum_to_the_figure_and_count_customers():
    PlanFactory.create(code="starter", name="Starter", stripe_product_id="prod_starter")
    owner = OrganizationFactory.create()
    in_ledger(Life().tell(state()), Life().tell(state(item("price_pro", 7900))), owner=owner)
    in_ledger(Life().tell(state()))
    in_ledger(Life().tell(state()).end(after=days(1)))
    figures = mrr_by_plan(NOW)
    assert [(one.plan, one.name, one.mrr.amount, one.subscribers) for one in figures] == [
        ("prod_pro", "prod_pro", 7900, 1),
        ("starter", "Starter", 5800, 2),
    ]
    assert sum(one.mrr.amount for one in figures) == mrr(NOW).value.amount
