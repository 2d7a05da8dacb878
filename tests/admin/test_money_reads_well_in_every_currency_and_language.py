"""An amount that is a hundred times too large or small is the worst that a billing page can print.

The decimals follow our table of exponents, in every language; the digits are exactly those of the minor units.
"""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.money import THREE_DECIMAL, ZERO_DECIMAL, exponent
from billing.templatetags.formats import MINUS, money_text, number_text, percent_text, sign_of

LOCALES = ["en_US", "en_GB", "de_DE", "de_CH", "fr_FR", "es_ES", "pt_BR", "ja_JP", "sv_SE", "pl_PL", "en_IN"]
TWO_DECIMAL = ["usd", "eur", "gbp", "chf", "sek", "pln", "inr", "isk", "ugx", "huf", "twd"]
CURRENCIES = [*TWO_DECIMAL, *sorted(ZERO_DECIMAL), *sorted(THREE_DECIMAL)]
AMOUNTS = st.integers(-(10**15), 10**15)


def digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))


def minor_digits(amount: int, currency: str) -> str:
    """The digits that stand on the page: at least one before the point."""
    return f"{abs(amount):0{exponent(currency) + 1}d}"


@pytest.mark.parametrize("currency", sorted(ZERO_DECIMAL))
def test_currencies_without_decimals_have_none(currency: str) -> None:
    assert digits(money_text(1234, currency, "en_US")) == "1234"
    assert "." not in money_text(1234, currency, "en_US").replace("F.CFA", "")


@pytest.mark.parametrize("currency", sorted(THREE_DECIMAL))
def test_currencies_of_a_thousand_have_three(currency: str) -> None:
    assert money_text(1234, currency, "en_US").endswith("1.234")


@pytest.mark.parametrize("currency", TWO_DECIMAL)
def test_all_others_have_two(currency: str) -> None:
    assert "12.34" in money_text(1234, currency, "en_US")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("currency", ["usd", "jpy", "kwd", "eur", "isk"])
def test_every_language_prints_the_same_digits(locale: str, currency: str) -> None:
    assert digits(money_text(123456789, currency, locale)) == "123456789"


@given(AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_no_digit_is_lost_or_added(amount: int, currency: str, locale: str) -> None:
    assert digits(money_text(amount, currency, locale)) == minor_digits(amount, currency)


@given(st.integers(1, 10**15), st.sampled_from(CURRENCIES))
def test_a_negative_amount_differs_by_its_sign_alone(amount: int, currency: str) -> None:
    plain = money_text(amount, currency, "en_US")
    assert money_text(-amount, currency, "en_US") == f"{MINUS}{plain}"
    assert money_text(amount, currency, "en_US", signed=True) == f"+{plain}"
    assert money_text(-amount, currency, "en_US", signed=True) == f"{MINUS}{plain}"


@given(AMOUNTS, st.sampled_from(CURRENCIES))
def test_the_hyphen_never_stands_for_a_minus(amount: int, currency: str) -> None:
    assert "-" not in money_text(amount, currency, "en_US")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "expected"),
    [
        (123456, "usd", "en_US", "$1,234.56"),
        (123456, "usd", "en_GB", "US$1,234.56\u00a0USD"),
        (123456, "gbp", "en_GB", "£1,234.56"),
        (123456, "eur", "de_DE", "1.234,56\u00a0€"),
        (123456, "jpy", "de_DE", "123.456\u00a0¥"),
        (123456, "brl", "pt_BR", "R$\u00a01.234,56\u00a0BRL"),
        (123456, "inr", "en_IN", "₹1,234.56"),
        (12345678900, "inr", "en_IN", "₹12,34,56,789.00"),
        (5, "kwd", "en_US", "KWD\u00a00.005"),
        (99, "krw", "en_US", "₩99"),
    ],
)
def test_it_is_written_as_the_reader_writes_it(amount: int, currency: str, locale: str, expected: str) -> None:
    assert money_text(amount, currency, locale) == expected


@pytest.mark.parametrize("currency", ["usd", "USD", "Usd"])
def test_the_case_of_the_code_does_not_matter(currency: str) -> None:
    assert money_text(100, currency, "en_US") == "$1.00"


@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_code_is_there_where_pages_mix_currencies(currency: str) -> None:
    text = money_text(100, currency, "en_US", code=True)
    assert text.count(currency.upper()) == 1


@pytest.mark.parametrize(("currency", "other"), [("usd", "aud"), ("usd", "cad"), ("usd", "twd"), ("jpy", "cny")])
def test_two_currencies_never_read_the_same(currency: str, other: str) -> None:
    assert money_text(100, currency, "en_US") != money_text(100, other, "en_US")


@pytest.mark.parametrize("amount", [0, 1, 99, 100, 101, 10**12])
def test_a_plus_stands_only_before_what_is_more_than_nothing(amount: int) -> None:
    assert money_text(amount, "usd", "en_US", signed=True).startswith("+") == (amount > 0)


@pytest.mark.parametrize(
    ("value", "signed", "expected"),
    [(0, False, ""), (0, True, ""), (5, False, ""), (5, True, "+"), (-5, False, MINUS), (-5, True, MINUS)],
)
def test_signs(value: int, signed: bool, expected: str) -> None:
    assert sign_of(value, signed=signed) == sign_of(Decimal(value), signed=signed) == expected


@pytest.mark.parametrize(
    ("value", "locale", "expected"),
    [
        (0, "en_US", "0"),
        (1234567, "en_US", "1,234,567"),
        (1234567, "de_DE", "1.234.567"),
        (-1234, "en_US", "−1,234"),
        (Decimal("0.000000000001"), "en_US", "0.000000000001"),
        (Decimal("12.50"), "en_US", "12.5"),
        (Decimal("1E+3"), "en_US", "1,000"),
        (Decimal("-0.25"), "de_DE", "−0,25"),
        (10**18, "en_US", "1,000,000,000,000,000,000"),
    ],
)
def test_numbers_have_the_decimals_that_they_have(value: Decimal | int, locale: str, expected: str) -> None:
    assert number_text(value, locale) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_number_can_be_read_back(value: Decimal) -> None:
    text = number_text(value, "en_US").replace(",", "").replace(MINUS, "-")
    assert Decimal(text) == value


@pytest.mark.parametrize(
    ("part", "expected"),
    [(0, "0.0 %"), (1, "100.0 %"), (0.971, "97.1 %"), (0.0005, "0.1 %"), (0.3333333, "33.3 %"), (-0.05, "−5.0 %")],
)
def test_shares_have_one_decimal(part: float, expected: str) -> None:
    assert percent_text(part, "en_US") == expected


def test_shares_follow_the_language() -> None:
    assert percent_text(0.5, "de_DE") == "50,0 %"
