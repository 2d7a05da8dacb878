"""What stands on an invoice is read by people."""

import pytest

from sandbox.money.money import shown


@pytest.mark.parametrize(
    ("minor_units", "currency", "text"),
    [
        ("2900", "usd", "$29.00"),
        ("0", "usd", "$0.00"),
        ("0.5", "eur", "€0.005"),
        ("500", "jpy", "¥500"),
        ("12500", "kwd", "12.500 KWD"),
        ("2900", "chf", "29.00 CHF"),
    ],
)
def test_amounts_have_the_currencys_decimals_and_no_fewer_than_they_need(
    minor_units: str, currency: str, text: str
) -> None:
    assert shown(minor_units, currency) == text
