"""Rows as CSV that a spreadsheet shows and does not run (ASVS 1.2.10)."""

import csv
from collections.abc import Iterable, Iterator

FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class _Line:
    """What csv.writer writes to: it hands the line back."""

    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def safe(cell: object) -> str:
    """The cell as text; what a spreadsheet could take for a formula gets an apostrophe in front, which spreadsheets
    take for "this is text" and whoever reads the file again drops."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith("'") else text
