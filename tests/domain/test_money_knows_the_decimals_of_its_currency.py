"""One hundred of the smallest unit are 1 dollar, 100 yen and 0.1 dinar: a wrong exponent is wrong by a hundred."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.money import THREE_DECIMAL, ZERO_DECIMAL, Money, exponent


@pytest.mark.parametrize(
    ("currency", "amount", "major"),
    [
        ("usd", 2900, "29.00"),
        ("eur", 1, "0.01"),
        ("gbp", 0, "0.00"),
        ("usd", -5, "-0.05"),
        ("jpy", 2900, "2900"),
        ("krw", -1, "-1"),
        ("clp", 0, "0"),
        ("kwd", 2900, "2.900"),
        ("tnd", 5, "0.005"),
        ("usd", 10**15 + 1, "10000000000000.01"),
    ],
)
def test_minor_units_become_major_ones(currency: str, amount: int, major: str) -> None:
    assert str(Money(currency, amount).major()) == major


@pytest.mark.parametrize("currency", ["isk", "ugx", "huf", "twd"])
def test_stripe_takes_two_decimals_where_iso_4217_or_custom_says_none(currency: str) -> None:
    """https://docs.stripe.com/currencies#special-cases"""
    assert exponent(currency) == 2


def test_no_currency_has_two_exponents() -> None:
    assert not ZERO_DECIMAL & THREE_DECIMAL
    assert all(len(code) == 3 and code.islower() for code in ZERO_DECIMAL | THREE_DECIMAL)


@pytest.mark.parametrize(("shouted", "decimals"), [("JPY", 0), ("USD", 2), ("Kwd", 3), ("XXX", 2)])
def test_the_spelling_of_the_code_does_not_matter(shouted: str, decimals: int) -> None:
    assert exponent(shouted) == decimals


@given(st.sampled_from(["usd", "jpy", "kwd"]), st.integers(min_value=-(10**18), max_value=10**18))
def test_nothing_is_lost_on_the_way_to_major_units_and_back(currency: str, amount: int) -> None:
    major = Money(currency, amount).major()
    assert major * 10 ** exponent(currency) == Decimal(amount)
    assert -major.as_tuple().exponent == exponent(currency)


def test_json_carries_the_integer() -> None:
    assert Money("usd", 2900).as_json() == {"amount": 2900, "currency": "usd"}


def test_amounts_are_sorted_within_their_currency() -> None:
    """Across currencies only the code is compared: 3 euros are neither more nor less than 2 dollars."""
    unsorted = [Money("usd", 2), Money("eur", 300), Money("usd", -1), Money("eur", 3)]
    assert sorted(unsorted) == [Money("eur", 3), Money("eur", 300), Money("usd", -1), Money("usd", 2)]
    assert Money("eur", 5) != Money("usd", 5)


def test_an_amount_cannot_be_changed_behind_someones_back() -> None:
    with pytest.raises(AttributeError):
        Money("usd", 1).amount = 2  # type: ignore[misc]
