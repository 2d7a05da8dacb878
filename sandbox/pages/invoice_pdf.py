"""An invoice as a PDF: number, dates, the two parties, lines, totals."""

from datetime import UTC, datetime

from sandbox.jsons import Json
from sandbox.pages.invoice_figures import address_of, amounts, dates, lines
from sandbox.pdf import HEIGHT, WIDTH, Document, wrapped

LEFT, RIGHT, TOP, BOTTOM = 56, WIDTH - 56, HEIGHT - 64, 72
_QUANTITY, _UNIT, _DESCRIBED = RIGHT - 150, RIGHT - 75, 240
"""Right edges of the columns, and the room for descriptions, in points."""


class InvoicePdf:
    """Draws from the top down; a page that is full is followed by the next."""

    def __init__(self, invoice: Json) -> None:
        self.invoice = invoice
        self.y: float = TOP
        at = datetime.fromtimestamp(invoice["status_transitions"]["finalized_at"] or invoice["created"], UTC)
        self.file = Document(f"Invoice {invoice['number'] or invoice['id']}", f"D:{at:%Y%m%d%H%M%S}Z")

    def draw(self) -> bytes:
        self.file.new_page()
        self._head()
        self._parties()
        self._table()
        self._totals()
        self._feet()
        return self.file.bytes()

    def _down(self, points: float) -> None:
        self.y -= points
        if self.y < BOTTOM:
            self.file.new_page()
            self.y = TOP

    def _head(self) -> None:
        invoice = self.invoice
        self.file.text(LEFT, self.y, "Invoice", 22, bold=True)
        self.file.text(RIGHT, self.y + 4, invoice["account_name"] or "", 12, bold=True, right=True)
        self._down(30)
        for name, value in dates(invoice):
            self.file.text(LEFT, self.y, name, bold=True)
            self.file.text(LEFT + 110, self.y, value)
            self._down(15)

    def _parties(self) -> None:
        self._down(12)
        self.file.text(LEFT, self.y, "Bill to", bold=True)
        for line in address_of(self.invoice):
            for part in wrapped(line, RIGHT - LEFT, 10):
                self._down(14)
                self.file.text(LEFT, self.y, part)
        self._down(34)

    def _table(self) -> None:
        heads = ((LEFT, "Description", False), (_QUANTITY, "Quantity", True), (_UNIT, "Unit price", True))
        for x, words, right in (*heads, (RIGHT, "Amount", True)):
            self.file.text(x, self.y, words, 9, bold=True, right=right)
        self._down(8)
        self.file.rule(LEFT, RIGHT, self.y)
        for line in lines(self.invoice):
            self._line(*line)
        self._down(10)
        self.file.rule(LEFT, RIGHT, self.y)

    def _line(self, description: str, period: str, quantity: str, unit: str, amount: str) -> None:
        parts = wrapped(description, _DESCRIBED, 10)
        self._down(18)
        for x, words in ((_QUANTITY, quantity), (_UNIT, unit), (RIGHT, amount)):
            self.file.text(x, self.y, words, right=True)
        self.file.text(LEFT, self.y, parts[0])
        for part in parts[1:]:
            self._down(13)
            self.file.text(LEFT, self.y, part)
        if period:
            self._down(12)
            self.file.text(LEFT, self.y, period, 8)

    def _totals(self) -> None:
        for name, amount, strong in amounts(self.invoice):
            self._down(18)
            self.file.text(_QUANTITY - 60, self.y, name, bold=strong)
            self.file.text(RIGHT, self.y, amount, bold=strong, right=True)

    def _feet(self) -> None:
        count = len(self.file.pages)
        for number, page in enumerate(self.file.pages, start=1):
            rest, self.file.pages = self.file.pages, [page]
            self.file.text(LEFT, 40, "Made by a sandbox: no real money is owed or was paid.", 8)
            self.file.text(RIGHT, 40, f"Page {number} of {count}", 8, right=True)
            self.file.pages = rest


def drawn(invoice: Json) -> bytes:
    return InvoicePdf(invoice).draw()
