"""What is used, left and over of a limit: exact, and never two of them at once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.usage.sending import NOW
from usage.api.shapes import usage_shapes
from usage.domain.quantity import EXACT
from usage.domain.quota import Quota
from usage.domain.windows import Window
from usage.quotas import PeriodUsage

QUANTITIES = st.decimals(min_value=0, max_value=10**18 - 1, places=12)


def quota(used, limit, meter="calls") -> Quota:
    return Quota(meter, Decimal(used), None if limit is None else Decimal(limit))


@pytest.mark.parametrize(
    ("used", "limit", "remaining", "overage", "exceeded"),
    [
        (0, 0, 0, 0, False),
        (1, 0, 0, 1, True),
        (0, 1000, 1000, 0, False),
        (999, 1000, 1, 0, False),
        (1000, 1000, 0, 0, False),
        ("1000.000000000001", 1000, 0, "0.000000000001", True),
        (1001, 1000, 0, 1, True),
        (5, None, None, 0, False),
        (10**30, None, None, 0, False),
        ("999999999999999999.999999999999", "0.000000000001", 0, "999999999999999999.999999999998", True),
    ],
)
def test_against_a_limit(used, limit, remaining, overage, exceeded):
    one = quota(used, limit)
    assert one.remaining == (None if remaining is None else Decimal(remaining))
    assert (one.overage, one.exceeded) == (Decimal(overage), exceeded)


@given(QUANTITIES, QUANTITIES)
def test_used_and_remaining_make_the_limit_or_overage_makes_the_rest(used, limit):
    one = Quota("calls", used, limit)
    assert EXACT.subtract(EXACT.add(used, one.remaining), one.overage) == limit
    assert 0 in (one.remaining, one.overage)
    assert one.exceeded == (used > limit)


@given(QUANTITIES, QUANTITIES, QUANTITIES)
def test_more_use_never_leaves_more(used, more, limit):
    before, after = Quota("calls", used, limit), Quota("calls", EXACT.add(used, more), limit)
    assert after.remaining <= before.remaining
    assert after.overage >= before.overage


def shown(*quotas: Quota, limited=("calls",), is_priced=False, currency="usd"):
    period = PeriodUsage(Window(NOW, NOW.replace(month=4)), quotas, frozenset(limited))
    return usage_shapes(period, currency=currency, is_priced=is_priced)


def test_within_the_limit():
    body = shown(quota("250.50", 1000))
    cost = {"amount": 0, "currency": "usd"}
    assert body["meters"] == [{"code": "calls", "value": "250.5", "included": "1000", "overage": "0", "amount": cost}]
    assert body["quotas"] == [
        {"meter": "calls", "limit": "1000", "used": "250.5", "remaining": "749.5", "exceeded": False}
    ]
    assert (body["overages"], body["grace_periods"], body["estimate"]) == ([], [], cost)
    assert body["current_period"] == {"start": NOW, "end": NOW.replace(month=4)}


def test_over_the_limit():
    body = shown(quota(1250, 1000), currency="eur")
    assert body["overages"] == [{"meter": "calls", "quantity": "250", "amount": {"amount": 0, "currency": "eur"}}]
    assert body["quotas"][0]["exceeded"] is True


@pytest.mark.parametrize(("limited", "quotas"), [((), 0), (("calls",), 1), (("calls", "tokens"), 2), (("gone",), 0)])
def test_only_meters_that_the_plan_names_have_a_quota(limited, quotas):
    body = shown(quota(1, None), quota(2, 5, "tokens"), limited=limited)
    assert len(body["quotas"]) == quotas
    assert len(body["meters"]) == 2


def test_what_has_a_price_of_its_own_is_not_promised_to_be_free():
    body = shown(quota(1250, 1000), is_priced=True)
    assert body["estimate"] is None
    assert body["meters"][0]["amount"] is None
    assert body["overages"][0]["amount"] is None


def test_without_meters_there_is_still_an_answer():
    body = shown(limited=())
    assert (body["meters"], body["quotas"], body["overages"]) == ([], [], [])


@pytest.mark.parametrize("large", ["1E+3", "1000.000000000000", "1000"])
def test_quantities_are_plain_decimal_text(large):
    body = shown(quota(large, large))
    assert body["meters"][0]["value"] == body["meters"][0]["included"] == "1000"
