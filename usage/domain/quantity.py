"""Quantities: exact decimals of at most 18 digits before and 12 after the point. Never a float."""

import re
from decimal import Context, Decimal, Inexact, InvalidOperation

MAX_DIGITS = 30
DECIMALS = 12
LARGEST_EXPONENT = 1000
ZERO = Decimal(0)

_STEP = Decimal(1).scaleb(-DECIMALS)
_LIMIT = Decimal(10) ** (MAX_DIGITS - DECIMALS)
# Sums and differences too go through it: the default context rounds to 28 digits without a word
EXACT = Context(prec=2 * MAX_DIGITS, traps=[Inexact, InvalidOperation])
# JSON's own grammar: Decimal() alone would also take "１２", "1_000", "NaN" and surrounding blanks
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class InvalidQuantity(ValueError):
    """The value is no quantity; the message says why and what is allowed."""


def json_float(text: str) -> Decimal:
    """A JSON number with a fraction or an exponent, exactly as written (a hook for decoders).

    Raises InvalidQuantity for exponents that no database type holds.
    """
    number = Decimal(text)
    if abs(number.adjusted()) > LARGEST_EXPONENT:
        raise InvalidQuantity(f"The number {text[:20]} is out of range.")
    return number


def quantity_of(value: object) -> Decimal:
    """The quantity that a decoded JSON value stands for: a number, or a string in JSON's number grammar.

    Zero is a quantity, and -0 is zero. Raises InvalidQuantity for anything else: booleans, null, other text,
    negative numbers, more than 18 digits before or 12 after the point.
    """
    if type(value) is int and 0 <= value < _LIMIT:  # nearly all of them; bool is a type of its own
        return Decimal(value)
    quantity = _fitted(_number(value))
    if quantity < 0:
        raise InvalidQuantity("A quantity is not negative; correct an event by voiding it.")
    return quantity if quantity else ZERO


def plain(quantity: Decimal) -> str:
    """Decimal notation without exponent and trailing zeros: "1500", "0.25"."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise InvalidQuantity("Send a quantity as a JSON number, or as a string that holds one.")
    if isinstance(value, str) and not _JSON_NUMBER.fullmatch(value):
        raise InvalidQuantity(f'"{value[:40]}" is no decimal number; write it like "12.5".')
    return Decimal(value)


def _fitted(number: Decimal) -> Decimal:
    try:
        fitted = EXACT.quantize(number, _STEP)
    except Inexact:
        raise InvalidQuantity(f"A quantity has at most {DECIMALS} decimals.") from None
    except InvalidOperation:
        raise InvalidQuantity(_TOO_LARGE) from None
    if fitted.copy_abs() >= _LIMIT:  # abs() would round to 28 digits
        raise InvalidQuantity(_TOO_LARGE)
    return fitted


_TOO_LARGE = f"A quantity has at most {MAX_DIGITS - DECIMALS} digits before the point."
