"""Cells of a CSV file that a spreadsheet shows and never executes (OWASP ASVS 5.0, 1.2.10).

A spreadsheet takes a text that begins with `=`, `+`, `-`, `@`, a tab or a line end, or with the full-width form of
these signs, for a formula. Such a text gets a `'` in front, which a spreadsheet takes away again; so does a text that
begins with `'`, so that `csv_value` gives back exactly what was written. Numbers stay numbers.
"""

from datetime import date, datetime
from decimal import Decimal

QUOTE = "'"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

PASSED_OVER = " \u00a0\u3000\u200b\ufeff\0"  # spreadsheets look at the first sign after white space


def csv_cell(value: object) -> str:
    """The cell's text; the writer of the file adds CSV's own quoting. None is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)  # -5 is a number, no formula
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = str(value)
    return QUOTE + text if _needs_quote(text) else text


def csv_value(cell: str) -> str:
    """The text that `csv_cell` was given."""
    return cell[1:] if cell.startswith(QUOTE) and _needs_quote(cell[1:]) else cell


def _needs_quote(text: str) -> bool:
    return text.startswith((QUOTE, *FORMULA_STARTS)) or text.lstrip(PASSED_OVER).startswith(FORMULA_STARTS)
