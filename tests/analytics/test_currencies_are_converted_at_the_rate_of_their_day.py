"""Balances at the rate of the reporting day, movements at that of their own; the fx row closes the bridge."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from analytics.fx import CannotSetRates, rates_known, set_rates
from analytics.ledger.knowledge import settled_now
from analytics.queries import movements, mrr, mrr_by_plan, mrr_rows
from billing.domain.money import Money
from tests.analytics.lives import Life, days, item, state
from tests.analytics.told import by_period, in_ledger

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, tzinfo=UTC)


@pytest.fixture
def euros():
    in_ledger(Life().tell(state(currency="eur")).tell(state(item(quantity=2), currency="eur"), after=days(40)))
    in_ledger(Life().tell(state()))


def test_without_a_rate_an_amount_is_listed_apart(euros):
    figure = mrr(NOW)
    assert figure.value == Money("usd", 2900)
    assert figure.unconverted == (Money("eur", 5800),)
    assert [(one.mrr, one.converted) for one in figure.by_currency] == [
        (Money("eur", 5800), None),
        (Money("usd", 2900), Money("usd", 2900)),
    ]
    explained = mrr_rows(NOW)
    assert explained.value == figure.value
    assert [row.amount for row in explained.unconverted] == [Money("eur", 5800)]
    assert movements(as_of=NOW).unconverted == ("eur",)
    assert sum(plan.mrr.amount for plan in mrr_by_plan(NOW)) == 2900


def test_the_latest_rate_at_or_before_the_day_counts(euros):
    set_rates(date(2026, 1, 1), {"EUR": "1.10"})
    set_rates(date(2026, 3, 1), {"eur": Decimal("1.2")})
    set_rates(date(2026, 3, 16), {"eur": 9})
    figure = mrr(NOW)
    assert figure.value == Money("usd", 2900 + 6960)
    euro = figure.by_currency[0]
    assert (euro.converted, euro.rate, euro.rate_day) == (Money("usd", 6960), Decimal("1.2"), date(2026, 3, 1))
    assert mrr(datetime(2026, 2, 1, tzinfo=UTC)).value == Money("usd", 2900 + 3190)


def test_the_fx_row_closes_the_bridge(euros):
    set_rates(date(2026, 1, 1), {"eur": "1.10"})
    set_rates(date(2026, 2, 5), {"eur": "1.00"})
    set_rates(date(2026, 3, 1), {"eur": "1.20"})
    found = movements(as_of=NOW)
    assert by_period(found) == {
        "2026-01": {"new": 2900 + 3190},
        "2026-02": {"expansion": 2900, "fx": -290},
        "2026-03": {"fx": 1160},
    }
    assert found.bridges[-1].end == mrr(NOW).value
    assert found.unconverted == ()


def test_a_currency_is_worth_nothing_until_its_first_rate(euros):
    set_rates(date(2026, 3, 1), {"eur": "1.20"})
    found = movements(as_of=NOW)
    assert by_period(found) == {"2026-01": {"new": 2900}, "2026-03": {"fx": 6960}}
    assert found.unconverted == ("eur",)
    assert found.bridges[-1].end == mrr(NOW).value


def test_one_currency_alone_needs_no_rate(euros):
    found = movements(as_of=NOW, currency="eur")
    assert by_period(found) == {"2026-01": {"new": 2900}, "2026-02": {"expansion": 2900}}
    assert (found.currency, found.unconverted, found.bridges[-1].end) == ("eur", (), Money("eur", 5800))


def test_currencies_differ_in_their_decimals(settings):
    in_ledger(
        Life().tell(state(item(amount=5000), currency="jpy")), Life().tell(state(item(amount=1500), currency="kwd"))
    )
    set_rates(date(2026, 1, 1), {"jpy": "0.0065", "kwd": "3.25"})
    assert mrr(NOW).value == Money("usd", 3250 + 488)  # 32.50 and 4.875


def test_a_customer_who_changes_currency_is_not_new():
    dollars = Life().tell(state())
    dollars.end(after=days(40))
    in_ledger(dollars, Life(at=dollars.now).tell(state(currency="eur")))
    set_rates(date(2026, 1, 1), {"eur": 1})
    assert by_period(movements(as_of=NOW))["2026-02"] == {"contraction": -2900, "expansion": 2900}


def test_a_corrected_rate_leaves_what_was_known_before(euros):
    set_rates(date(2026, 3, 1), {"eur": "1.20"})
    before = settled_now()
    set_rates(date(2026, 3, 1), {"eur": "1.30"})
    assert mrr(NOW, as_known=before).value == Money("usd", 2900 + 6960)
    assert mrr(NOW).value == Money("usd", 2900 + 7540)


def test_converted_rows_sum_to_the_figure():
    set_rates(date(2026, 1, 1), {"eur": "1.0837"})
    for number in range(7):
        in_ledger(Life().tell(state(item(amount=1001 + number), currency="eur" if number % 2 else "usd")))
    explained = mrr_rows(NOW)
    assert sum(row.amount.amount for row in explained.rows) == explained.value.amount == mrr(NOW).value.amount
    euros_alone = sum(row.original.amount for row in explained.rows if row.original.currency == "eur")
    assert Money("eur", euros_alone) == mrr(NOW).by_currency[0].mrr


@pytest.mark.parametrize("rates", [{"eur": 0}, {"eur": "-1"}, {"euro": 1}, {"e1r": 1}])
def test_impossible_rates_are_refused(rates):
    with pytest.raises(CannotSetRates):
        set_rates(date(2026, 1, 1), rates)
    assert rates_known(settled_now()).on("eur", date(2026, 1, 1)) is None
