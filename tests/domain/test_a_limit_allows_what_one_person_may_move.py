"""What one person may move alone: what his highest group allows, and nothing in a currency that no limit names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.limits import allows, as_high, highest

CODES = st.sampled_from(["usd", "eur", "gbp", "jpy", "kwd"])
AMOUNTS = st.integers(min_value=0, max_value=10**12)
LIMITS = st.dictionaries(CODES, AMOUNTS)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (0, "usd", True),
        (4999, "usd", True),
        (5000, "usd", True),
        (5001, "usd", False),
        (1, "eur", False),
        (0, "eur", True),
        (1, "", False),
        (1, "USD", False),
    ],
)
def test_up_to_and_with_the_limit(amount: int, currency: str, expected: bool) -> None:
    assert allows({"usd": 5000}, amount, currency) is expected


@given(LIMITS, AMOUNTS, CODES)
def test_less_is_allowed_where_more_is(limits: dict[str, int], amount: int, currency: str) -> None:
    if allows(limits, amount, currency):
        assert allows(limits, amount // 2, currency)
    else:
        assert not allows(limits, amount + 1, currency)


@given(st.lists(LIMITS, max_size=4), AMOUNTS, CODES)
def test_several_groups_allow_what_one_of_them_allows(many: list[dict[str, int]], amount: int, currency: str) -> None:
    assert allows(highest(many), amount, currency) == (
        amount == 0 or any(allows(one, amount, currency) for one in many)
    )


@given(LIMITS, LIMITS, CODES)
def test_whoever_decides_may_move_what_the_other_may(mine: dict[str, int], theirs: dict[str, int], code: str) -> None:
    if as_high(mine, theirs, code):
        assert all(allows(mine, amount, code) for amount in (0, theirs.get(code, 0)))
    else:
        assert theirs.get(code, 0) > mine.get(code, 0)


def test_nobody_has_nothing() -> None:
    assert highest([]) == {}
    assert as_high({}, {}, "usd")
    assert not as_high({}, {"usd": 1}, "usd")
