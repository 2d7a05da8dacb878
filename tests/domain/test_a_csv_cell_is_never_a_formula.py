"""OWASP ASVS 5.0, 1.2.10: what a spreadsheet would execute is quoted, and reads back as it was."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.csv_cells import csv_cell, csv_value

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","click")',
    "+1-1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    " =1+1",
    "\u00a0=1",
    "\u3000＝1",
    "\ufeff=1",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_quoted(formula: str) -> None:
    assert csv_cell(formula) == "'" + formula
    assert csv_value(csv_cell(formula)) == formula


@pytest.mark.parametrize("text", ["", "Acme", "a=b", "1-2", "info@example.com", "５", " x", "ﬁ", "A\n=1"])
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert csv_cell(text) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-5, "-5"),
        (0, "0"),
        (Decimal("-1.50"), "-1.50"),
        (-0.5, "-0.5"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
    ],
)
def test_numbers_and_dates_are_themselves(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


@given(st.text())
def test_every_text_reads_back_as_it_was(text: str) -> None:
    assert csv_value(csv_cell(text)) == text


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) or cell.startswith("\x1c")


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_a_file_that_was_written_is_read_as_it_was(cells: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([csv_cell(cell) for cell in cells])
    file.seek(0)
    (read,) = csv.reader(file)
    assert [csv_value(cell) for cell in read] == cells
