"""An explanation is read by people who check it by hand: words, rows and reasons must be those of the sum itself."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.explain import explain_mrr
from analytics.metrics.mrr import MICRO
from billing.domain.money import Money
from tests.analytics.priced import AT, held, rates

RULE = (
    "Monthly amount = price × quantity, years ÷ 12, weeks × 52 ÷ 12, days × 365 ÷ 12, less coupons that last"
    " forever; active and past due subscriptions count."
)


def explained(*some, into="usd", **factors):
    return explain_mrr(some, AT, rates(into, **factors))


@pytest.mark.parametrize(
    ("into", "micro", "shown"),
    [
        ("usd", 2900 * MICRO, "29.00 USD"),
        ("usd", 5 * MICRO, "0.05 USD"),
        ("usd", 123_456_789 * MICRO, "1234567.89 USD"),
        ("jpy", 2900 * MICRO, "2900 JPY"),
        ("kwd", 2900 * MICRO, "2.900 KWD"),
        ("usd", MICRO // 2, "0.00 USD"),
    ],
)
def test_the_sum_is_written_in_its_currency(into, micro, shown):
    said = explained(held(micro, currency=into), into=into)
    assert said.formula == f"MRR = sum of the monthly amounts of 1 items of 1 organizations = {shown}. {RULE}"


@pytest.mark.parametrize(
    ("owners", "words"),
    [([], "0 items of 0 organizations"), ([1, 1, 1], "3 items of 1 organizations"), ([1, 2, 1], "3 items of 2 org")],
)
def test_organizations_are_counted_once(owners, words):
    assert words in explained(*(held(owner=owner) for owner in owners)).formula


def test_nothing_held_is_explained_too():
    said = explained()
    assert (said.value, said.rows, said.unconverted, said.excluded) == (Money("usd", 0), (), (), ())


REASONS = [
    "canceled", "discounted", "free", "incomplete", "incomplete_expired", "metered", "paused", "past_due", "trialing",
    "unknown", "unpaid",
]  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_whatever_the_reason_it_is_counted_and_in_no_row(reason):
    said = explained(held(), held(4500 * MICRO, reason=reason), held(500 * MICRO, reason=reason))
    (left_out,) = said.excluded
    assert (left_out.reason, left_out.count, left_out.amount) == (reason, 2, Money("usd", 5000))
    assert (said.value, len(said.rows)) == (Money("usd", 2900), 1)
    assert "1 items" in said.formula


def test_reasons_are_told_in_the_order_of_their_names():
    said = explained(*(held(reason=reason) for reason in reversed(REASONS)))
    assert [one.reason for one in said.excluded] == sorted(REASONS)


def test_left_out_amounts_are_converted_and_rounded_once():
    three = [held(400_000, reason="trialing", currency="eur") for _ in range(3)]
    (left_out,) = explained(*three, eur=1).excluded
    assert left_out.amount == Money("usd", 1)  # 1.2 together, nothing one by one


def test_left_out_without_a_rate_is_counted_but_worth_nothing():
    (left_out,) = explained(held(reason="unpaid", currency="eur"), held(reason="unpaid")).excluded
    assert (left_out.count, left_out.amount) == (2, Money("usd", 2900))


def test_a_currency_without_a_rate_is_listed_apart_in_its_own_money():
    said = explained(held(), held(100_500_000, currency="eur"), held(100_500_000, currency="eur"))
    assert said.value == Money("usd", 2900)
    assert [row.amount for row in said.unconverted] == [row.original for row in said.unconverted]
    assert sum(row.amount.amount for row in said.unconverted) == 201
    assert "1 items of 1 organizations" in said.formula


def test_a_rate_of_a_later_day_is_not_used():
    early = rates(eur=2)
    early.days["eur"][0] = AT.day.replace(day=16)
    assert explain_mrr([held(currency="eur")], AT, early).rows == ()


def test_rows_keep_the_order_in_which_they_are_told():
    said = explained(*(held(number * MICRO, owner=number) for number in (3, 1, 2)))
    assert [row.held.organization_id for row in said.rows] == [3, 1, 2]
    assert [row.amount.amount for row in said.rows] == [3, 1, 2]


AMOUNTS = st.lists(
    st.tuples(
        st.integers(1, 10**12), st.sampled_from(["usd", "eur", "jpy", "chf"]), st.sampled_from(["", "", "unpaid"])
    ),
    max_size=12,
)


@given(AMOUNTS)
def test_rows_sum_to_the_value_and_originals_to_the_total_of_their_currency(amounts):
    some = [held(micro, currency=currency, reason=reason) for micro, currency, reason in amounts]
    said = explained(*some, eur="1.0837", jpy="0.65")
    assert sum(row.amount.amount for row in said.rows) == said.value.amount
    assert len(said.rows) + len(said.unconverted) + sum(one.count for one in said.excluded) == len(some)
    for currency in ("usd", "eur", "jpy"):
        exact = sum(micro for micro, code, reason in amounts if code == currency and not reason)
        shown = sum(row.original.amount for row in said.rows if row.original.currency == currency)
        assert shown == round(Fraction(exact, MICRO))
