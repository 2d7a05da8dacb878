"""What counts as a quantity, to the last digit (no floats, no locale, no silent rounding)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.domain.quantity import EXACT, InvalidQuantity, json_float, plain, quantity_of

ACCEPTED = {
    0: "0",
    1: "1",
    "-0": "0",
    "0": "0",
    "12.5": "12.5",
    "1e3": "1000",
    "1E-12": "0.000000000001",
    "1.50": "1.5",
    "0.1000000000000": "0.1",
    10**18 - 1: "999999999999999999",
    "999999999999999999.999999999999": "999999999999999999.999999999999",
    Decimal("-0.0"): "0",
    Decimal("0.1"): "0.1",
}
REFUSED = {
    "negative": (-1, "-1", Decimal("-0.000000000001")),
    "too large": (10**18, 10**30, "1e18", "1e308", Decimal("1E+308"), Decimal("1E+999999")),
    "too fine": ("1e-13", Decimal("1E-13"), "0.0000000000001", Decimal("1E-999999")),
    "no number": (
        "NaN",
        "Infinity",
        "-Infinity",
        "inf",
        "１２",
        "1,5",
        "1_000",
        " 1",
        "1 ",
        "",
        "+1",
        "01",
        ".5",
        "5.",
    ),
    "no text": (True, False, None, [], {}, [1], {"value": 1}, 1.5, float("nan"), float("inf")),
}


@pytest.mark.parametrize(("value", "text"), list(ACCEPTED.items()), ids=repr)
def test_these_are(value, text):
    assert plain(quantity_of(value)) == text


@pytest.mark.parametrize("value", [value for values in REFUSED.values() for value in values], ids=repr)
def test_these_are_not(value):
    with pytest.raises(InvalidQuantity) as refusal:
        quantity_of(value)
    assert str(refusal.value).endswith(".")


@given(st.decimals(min_value=0, max_value=10**18 - 1, places=12))
def test_what_is_accepted_is_unchanged(value):
    assert quantity_of(value) == value
    assert quantity_of(str(value) if "E" not in str(value) else f"{value:f}") == value
    assert Decimal(plain(quantity_of(value))) == value


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none()))
def test_everything_else_is_refused_and_nothing_crashes(value):
    try:
        quantity = quantity_of(value)
    except InvalidQuantity:
        return
    assert 0 <= quantity < 10**18


@given(st.lists(st.decimals(min_value=0, max_value=10**18 - 1, places=12), min_size=2, max_size=5))
def test_sums_lose_no_digit(values):
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    assert total.scaleb(12, EXACT) == sum(int(value.scaleb(12, EXACT)) for value in values)


def test_numbers_that_no_column_holds_are_refused_while_decoding():
    assert json_float("1E+5") == 100_000
    for text in ("1e400000", "1E-400000"):
        with pytest.raises(InvalidQuantity):
            json_float(text)
