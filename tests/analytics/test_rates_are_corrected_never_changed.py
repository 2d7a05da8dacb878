"""Exchange rates are append-only knowledge: a correction is a later row, and a mistake is refused as a whole."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from analytics.fx import CannotSetRates, rates_known, set_rates
from analytics.ledger.knowledge import settled_now
from analytics.models import FxRate
from tests.analytics.priced import rates

MAY = date(2026, 5, 1)
DAY = timedelta(days=1)


def rate_on(day: date, currency: str = "eur", **known: datetime) -> Decimal | None:
    rate = rates_known(known.get("as_known", settled_now())).on(currency, day)
    return rate.rate if rate else None


@pytest.mark.django_db
def test_corrections_stand_one_after_the_other():
    moments = []
    for rate in ("1.1", "1.2", "1.3"):
        set_rates(MAY, {"eur": rate})
        moments.append(settled_now())
    assert [rate_on(MAY, as_known=moment) for moment in moments] == [Decimal("1.1"), Decimal("1.2"), Decimal("1.3")]
    assert FxRate.objects.count() == 3


@pytest.mark.django_db
def test_a_correction_of_one_day_leaves_the_others():
    for day, rate in ((MAY, "1.1"), (MAY + 9 * DAY, "1.5"), (MAY, "1.2")):
        set_rates(day, {"eur": rate})
    assert rate_on(MAY + 8 * DAY) == Decimal("1.2")
    assert rate_on(MAY + 9 * DAY) == Decimal("1.5")


@pytest.mark.django_db
def test_a_rate_that_arrives_late_applies_from_its_day():
    set_rates(MAY + 20 * DAY, {"eur": "1.5"})
    before = settled_now()
    set_rates(MAY, {"eur": "1.1"})
    assert rate_on(MAY + 5 * DAY, as_known=before) is None
    assert rate_on(MAY + 5 * DAY) == Decimal("1.1")
    assert rate_on(MAY - DAY) is None


@pytest.mark.django_db
def test_of_two_in_one_moment_the_one_written_last_stands():
    stamp = datetime(2026, 5, 1, tzinfo=UTC)
    for rate in (1, 3, 2):
        FxRate.objects.create(day=MAY, currency="eur", into="usd", rate=rate, recorded_at=stamp)
    assert rate_on(MAY) == 2


@pytest.mark.django_db
def test_rates_into_another_reporting_currency_are_kept_apart(settings):
    set_rates(MAY, {"eur": "1.1"})
    settings.REPORTING_CURRENCY = "eur"
    assert rates_known(settled_now()).into == "eur"
    assert rate_on(MAY, "usd") is None
    assert rate_on(MAY, "eur") == 1
    set_rates(MAY, {"usd": "0.9"})
    settings.REPORTING_CURRENCY = "usd"
    assert rate_on(MAY) == Decimal("1.1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("into", "currency", "rate", "factor"),
    [
        ("usd", "eur", "1.1", Fraction(11, 10)),
        ("usd", "jpy", "0.0065", Fraction(65, 100)),  # one yen is 0.65 cents
        ("usd", "kwd", "3.25", Fraction(325, 1000)),  # one fils is 0.325 cents
        ("jpy", "usd", "150", Fraction(3, 2)),  # one cent is 1.5 yen
        ("kwd", "jpy", "0.002", Fraction(2)),
    ],
)
def test_minor_units_are_turned_into_minor_units(settings, into, currency, rate, factor):
    settings.REPORTING_CURRENCY = into
    set_rates(MAY, {currency: rate})
    assert rates_known(settled_now()).on(currency, MAY).factor == factor


@pytest.mark.django_db
@pytest.mark.parametrize("given", [Decimal("1.25"), "1.25", "1.250", " 1.25 ", "125e-2"])
def test_a_rate_may_be_written_in_many_ways(given):
    set_rates(MAY, {"EuR": given})
    assert rate_on(MAY) == Decimal("1.25")


WRONG = {
    "zero": {"eur": 0},
    "negative": {"eur": "-0.5"},
    "no number": {"eur": "one"},
    "empty": {"eur": ""},
    "NaN": {"eur": "NaN"},
    "infinite": {"eur": "Infinity"},
    "too small for its column": {"eur": "1e-13"},
    "too large for its column": {"eur": "1e12"},
    "a code of two": {"eu": 1},
    "a code of digits": {"978": 1},
    "a code without a name": {"": 1},
    "letters that no code has": {"éuß": 1},
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", list(WRONG))
def test_a_mistake_is_named_and_nothing_is_written(case):
    (code,) = WRONG[case]
    with pytest.raises(CannotSetRates) as refused:
        set_rates(MAY, {"gbp": "1.3", **WRONG[case]})
    assert refused.value.code == "invalid_rate"
    assert str(refused.value).startswith("Rates are positive numbers by currency code of three letters; see ")
    assert str(refused.value).endswith(f"see {code}.")
    assert not FxRate.objects.exists()


@pytest.mark.django_db
def test_all_mistakes_are_named_at_once():
    with pytest.raises(CannotSetRates, match="see eur, x1z"):
        set_rates(MAY, {"eur": -1, "gbp": 1, "x1z": 1})


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"rate": 0}, {"rate": -1}, {"currency": "EUR"}, {"into": "us"}])
def test_the_table_itself_holds_the_rule(change):
    row = {"day": MAY, "currency": "eur", "into": "usd", "rate": 1, "recorded_at": datetime(2026, 5, 1, tzinfo=UTC)}
    with pytest.raises(IntegrityError), transaction.atomic():
        FxRate.objects.create(**{**row, **change})


def test_the_reporting_currency_is_itself_without_a_rate():
    here = rates("eur").on("eur", MAY)
    assert (here.rate, here.factor, here.day) == (1, 1, None)


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, unique=True).map(sorted), st.dates())
def test_the_latest_day_that_is_not_later_counts(days, asked):
    known = rates(eur=1)
    known = type(known)("usd", {"eur": days}, {"eur": [type(known.rates["eur"][0])(day, 1, 1) for day in days]})
    found = known.on("eur", asked)
    earlier = [day for day in days if day <= asked]
    assert (found.day if found else None) == (max(earlier) if earlier else None)
